"""Harmless words beside a true sign take nothing of it away.

Each sentence was found by looking for what a pattern of harmless words ("lovely", "the kids", "with water")
would swallow. She has said that she is pregnant; each must be an alarm, or be asked about at once.
"""

from __future__ import annotations

import pytest

from helpline.triage.flow import Flow
from helpline.triage.state import FindingId
from tests.core.person import Person
from tests.corpus.score import BASE, fired, read

ENGLISH = """\
he hits me but he is lovely after
my husband hits me but he says sorry and is so kind
he only hits me when hes drunk hes lovely otherwise
my boyfriend hits me but hes really sweet
my husband raped me but he is a good man and kind
he punched me my kids are scared
he kicked me while i held my toddler
he slapped me when the kids were crying
he punched me and kicked the dog
he bit me in front of my kids
he slapped me because i let the cat out
he kicked me all night
cramps and blood running down my legs
pain and blood pouring down my legs
spots of blood yesterday now blood all over the bed
bit of blood then it went all over the bed
it was light bleeding now it wont stop
brown discharge yesterday now blood that wont stop
a little blood at first now it wont stop
light bleeding became heavy it wont stop
the pain is killing me
my belly pain is killing me
my stomach is killing me
the contractions are killing me
i had a fit this morning
she had a fit in the car
i had a fit in bed
she is having a fit my sister
i passed out in bed this morning
i collapsed in bed and couldnt move
i fainted when he saw the blood
fainted when i showed him the clot
i collapsed when i told my husband i was bleeding
i was having a shower and woke up on the floor
i had a dizzy spell and woke on the floor
please help me i dont want to die
the baby is coming any minute
baby is coming in the car
i cant stop shaking and im cold
cant stop shaking after bleeding
he will kill me for spending his money
hes going to kill me if i am late
he said he will kill me because i was late home
my husband will murder me for being late
hubby will kill me if i tell
my mum will kill me for being pregnant
i said i fell but it was my husband he bruised me
i have a black eye i told them i fell
he broke my nose when i came home from work
i have bruises and a broken rib he pushed me and i fell
my partner bruised my arms i said i fell at work
he beat me in the bathroom
my husband beats me in the shower
he beat me at the door
he locked me out of the house
my parents locked me out
my ex punched me i blocked him
my ex keeps threatening me i have blocked him
my ex raped me and i have no contact with anyone
my son hits me
my son hit me in the face
my grown up son beats me
my nephew punched me in the stomach
the nurse slapped me in labour
he held a knife to my throat in the kitchen because of the bread
he threw a knife at me while cooking
he has a gun in the shed
my boss wont let me go to hospital
he wont let me do anything
he doesnt let me pay for the doctor
he made me drink something
im afraid to look at my husband
im too scared to ask my husband for money
he smothers me
he tried to smother me
he takes my card to buy drugs
stabbed in the back with a knife
he pinned me down to the bed
im so tired i want to die
i want to jump in the river
i want to end it here
i cut my leg on purpose
i keep cutting my leg
i cut myself on the wrist
id rather die than go on
please just kill me now
id die to see my baby again
i wish i could sleep forever
i cant live without my mum she died
i took all my iron tablets
i overdosed on caffeine tablets
i cant breathe and my nose is bleeding
im gasping for water and shaking
i think im having a heart attack when i breathe
my heart beat is too fast
my heart rate was 140 lying down
my temperature is 39 degrees today
im confused about what day it is
she dropped in the kitchen
im shaking and sweating from the pain
a few years ago i tried to kill myself and i feel the same now
i was eating dinner and fainted and bit my tongue
foot sticking out baby is breech
there is a cord hanging, ultrasound said low placenta
i went white and clammy in the car
is it normal to soak a pad every hour
is it normal to soak 3 pads in an hour
is it normal that i fainted
is it normal to have chest pain
is it ok that im passing clots and soaking pads every hour
i had a seizure this morning but i feel fine now
had chest pain all night its ok now
i collapsed in the shower and came round fine
i was watching tv and passed out
i had a nightmare and woke up in a pool of blood
same as last pregnancy im flooding
my husband says i passed out
he says i had a fit in my sleep
my mum said i blacked out for a minute
the bath is running with blood
im scared hell freak out
wont be here tomorrow off to be with my baby
i left a letter for my neighbour to look after the cat
i wrote my will because my baby died
"""
SPANISH = """\
me da verguenza decirlo pero me quiero morir
siento tanta pena por mi bebe que me quiero morir
me quiero morir de pena
tengo miedo, quiero morirme
no duermo de los nervios y pienso en morir
con que verguenza les digo que me quise matar
dolor fuerte y me baja un chorro de sangre por las piernas
me duele la panza y me corre sangre por las piernas
pense que era orina pero es sangre, moje toda la cama
fui a hacer pipi y me salio un chorro rojo en el piso
dolor insoportable en el vientre y en la espalda
tengo un dolor muy fuerte en el vientre que se va a la espalda
no soporto el dolor de panza y de espalda
empezo como colico de regla y ahora no aguanto el dolor
dolor como de regla pero mil veces mas fuerte, no puedo caminar
me duele el pecho y el brazo izquierdo
dolor en el pecho que baja al brazo
me duele el pecho y los pies estan hinchados
me aprieta el pecho y tengo acidez
no puedo respirar de la tos
me cuesta respirar de tanto dolor
me sale sangre por la boca
me desmaye en el trabajo
me desmaye de hambre
me desmaye en el baño, mi perro me desperto
mi hija no responde, esta embarazada
presion 170/110 y dolor de cabeza
me corte las muñecas con un vidrio
me corte los brazos con el cuchillo de la cocina
me corte los brazos porque mi novio me dejo
me corto con la navaja de afeitar
me corte las venas en el trabajo
agarre un cuchillo en la cocina y me corte
estoy en la cocina con un cuchillo y quiero cortarme
me tome un monton de pastillas con jugo
me tome muchas pastillas y leche
me tome 30 pastillas que me recetaron
me tome todo el frasco de vitaminas y hierro para morirme
me tome 15 pastillas de hierro
estoy cerca del puente y quiero saltar
voy en el metro y quiero tirarme a las vias
vivo en el piso 8 y quiero tirarme por el balcon
el papa del bebe me dio una patada en la panza
el papa del bebe me patea la panza
el papa de mi hijo me pego en las costillas
el papa del niño me pega
me patea en la panza para que pierda al bebe
me da patadas en la panza para que aborte el bebe
mi novio me tiro al piso y ahora tengo colicos
mi marido me tumbo al piso y me duele la panza
me obliga a dormir con el
me obliga a caminar desnuda
no me deja dormir, me despierta a gritos
el doctor me toco y no queria
me toca la vagina mi padrastro
nunca me habia pegado hasta hoy
no me pega pero me ahorca
mi papa me mata si sabe
me va a matar si no aborto
me pego pero dice que fue jugando
me pego con la puerta a proposito
me pega fuerte la panza
me echo agua hirviendo
hace años que me pega mi marido
mi esposo es violento desde hace mucho
tengo miedo que salga de la carcel y me mate
ya no aguanto los golpes
el me pega jaja pero ya me acostumbre
siempre me ha pegado
no quiero suicidarme pero si morirme
no voy a matarme hoy pero mañana si
gracias por todo, adios
me quito las ganas de vivir
primero fueron gotitas de sangre y ahora hay un charco en el piso
antes eran gotas y ahora la sangre empapo el colchon
no son gotas, es un chorro de sangre en el piso
desperte de una pesadilla en un charco de sangre
ya llene todas las toallas, no tengo para comprar
mi papa me pego en la panza cuando supo del bebe
es normal empapar una toalla cada hora
es normal que me desmaye
es normal llenar 3 toallas en una hora
convulsione en la mañana pero ya estoy bien
mi esposo me dice que convulsione
mi marido dice que me desmaye ayer en el baño
dice mi mama que me desmaye
estaba viendo la tele y me desmaye
me mordi la lengua en el ataque
"""
HARMLESS = """\
en my brother beat me at fifa
en he beat me to the shower
en my toddler bit me
en my dog bit me
en i locked myself out of the house
en baby keeps kicking me in the ribs
en choked on my tea
en my jeans dont fit me anymore
en the heartburn is killing me
en he is lovely and looks after me
en i dont want to die
en pain going down my legs from sciatica
en it was light bleeding that wont stop being annoying
en i cut my finger chopping onions
en baby is coming in 3 weeks
en its pouring down outside
en is it normal to bleed a little
en my laptop had a fit this morning
es me muero de risa jaja
es el bebe me da pataditas
es me corte rasurandome
es me tome un vaso de agua
es mi presion esta en 110/70
es viva mexico
es se me acabo la leche
es me toca cita el lunes
es es normal sangrar un poco
"""


@pytest.mark.parametrize(
    ("language", "words"),
    [*(("en", line) for line in ENGLISH.splitlines()), *(("es", line) for line in SPANISH.splitlines())],
)
def test_harmless_words_beside_it_hide_no_danger(language: str, words: str) -> None:
    """Praise, children, kitchens, water and work stand beside blows, blood and despair every day."""
    heard = read({"text": words, "lang": language, "channel": "sms", "label": ""}, "mid")
    assert fired(heard, BASE["mid"]) or heard.doubt


@pytest.mark.parametrize("line", HARMLESS.splitlines())
def test_harmless_words_alone_raise_no_alarm(line: str) -> None:
    """What the patterns of harmless words are for still holds."""
    language, _, words = line.partition(" ")
    heard = read({"text": words, "lang": language, "channel": "sms", "label": ""}, "mid")
    assert not fired(heard, BASE["mid"])


def test_a_danger_in_doubt_is_no_wish_to_be_asked_later(flow: Flow) -> None:
    """The hour in which the pads were filled is not the hour after which to ask again."""
    person = Person(flow)
    for words in ("hi", "0", "1", "is it normal to soak 3 pads in an hour"):
        person.text(words)
    assert person.state.asked is not None and person.state.asked.findings == (FindingId("danger_screen"),)

"""`helpline flows`: check, explore, draw and print the reviewed content; the safety case of it all."""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpline.cli.terminal import NotInOrder, add_json, problem, progress, show_json

if TYPE_CHECKING:
    from helpline.flowbook.content import Content

FLOWS = Path(__file__).resolve().parents[2] / "flows"
NAME = "Pregnancy Bleeding Helpline"


def add(subparsers: Any) -> None:
    """Register the commands."""
    about = "check, explore, draw and print the reviewed content"
    parser = subparsers.add_parser("flows", help=about, description=about)
    parser.set_defaults(run=lambda _: parser.print_help() or 2)
    inner = parser.add_subparsers(title="commands", metavar="COMMAND")
    _add_check(inner)
    _add_explore(inner)
    _add_draw(inner)
    _add_print(inner)
    _add_safety_case(inner)
    _add_refresh(inner)


def _folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--folder", type=Path, default=FLOWS, help="the content (default: flows/)")
    parser.add_argument("--region", default="us", help="whose numbers stand in the words (default: us)")
    parser.add_argument("--name", default=NAME, help="what the service is called")


def _add_check(inner: Any) -> None:
    parser = inner.add_parser("check", help="find every fault, with file, line and remedy")
    parser.add_argument("--folder", type=Path, default=FLOWS, help="the content (default: flows/)")
    parser.add_argument("--name", default=NAME, help="what the service is called")
    parser.add_argument("--schemas", type=Path, metavar="DIR", help="write JSON Schemas for editors to DIR")
    add_json(parser)
    parser.set_defaults(run=check)


def _add_explore(inner: Any) -> None:
    parser = inner.add_parser("explore", help="walk every path and prove the safety properties, as JSON")
    parser.add_argument("--folder", type=Path, default=FLOWS, help="the content (default: flows/)")
    parser.add_argument("--name", default=NAME, help="what the service is called")
    parser.add_argument("--region", help="only this region (default: all there are)")
    parser.add_argument("--out", type=Path, help="write the report to a file, and only say what came of it")
    parser.set_defaults(run=explore)


def _add_draw(inner: Any) -> None:
    parser = inner.add_parser("draw", help="make pictures that a nurse can follow")
    _folder(parser)
    parser.add_argument("--out", type=Path, default=Path("build/flows"), help="folder (default: build/flows)")
    parser.add_argument("--format", choices=("svg", "mermaid", "text"), default="svg")
    add_json(parser)
    parser.set_defaults(run=draw)


def _add_print(inner: Any) -> None:
    parser = inner.add_parser("print", help="make the reviewer's booklet, as HTML for paper")
    _folder(parser)
    parser.add_argument("--language", help="the language beside English (default: all there are)")
    parser.add_argument("--out", type=Path, default=Path("build/booklet.html"), help="the file")
    parser.set_defaults(run=print_booklet)


def _add_safety_case(inner: Any) -> None:
    parser = inner.add_parser("safety-case", help="make the document that a clinical lead reads and signs")
    _folder(parser)
    parser.add_argument("--out", type=Path, default=Path("build/safety-case.html"), help="the file")
    parser.add_argument("--proof", type=Path, help="a report of `flows explore`; without it the proof is run")
    parser.add_argument("--understanding", type=Path, help="figures of tests/corpus/score.py --json")
    hazards = FLOWS.parent / "docs" / "safety" / "hazards.md"
    parser.add_argument("--hazards", type=Path, default=hazards, help="the hazard log")
    aside = FLOWS.parent / "tests" / "corpus" / "README.md"
    unseen = "the page with the figures on unseen sentences"
    parser.add_argument("--kept-aside", type=Path, default=aside, help=unseen)
    parser.add_argument("--no-proof", action="store_true", help="leave the proof out, and say so")
    parser.add_argument("--pdf", action="store_true", help="also print it with Chromium, if there is one")
    parser.set_defaults(run=safety_case)


def _add_refresh(inner: Any) -> None:
    about = "bring a translation up to date: new sentences empty, changed ones marked, old ones gone"
    parser = inner.add_parser("refresh", help=about, description=about)
    parser.add_argument("--folder", type=Path, default=FLOWS, help="the content (default: flows/)")
    parser.add_argument("--language", required=True, help="such as es")
    parser.set_defaults(run=refresh)


def check(args: argparse.Namespace) -> int:
    """Print every fault; 1 when there is one. With --schemas write the schemas as well."""
    from helpline.clock import SystemClock
    from helpline.flowbook.check import check as faults_of

    if args.schemas:
        _write_schemas(args.schemas)
    faults = faults_of(args.folder, today=SystemClock().now().date(), name=args.name)
    if args.json:
        show_json([{"file": f.file, "line": f.line, "what": f.what, "remedy": f.remedy} for f in faults])
    else:
        for fault in faults:
            print(fault)
        print(f"{len(faults)} to mend." if faults else "The content is in order.")
    return 1 if faults else 0


def _write_schemas(folder: Path) -> None:
    from helpline.flowbook.lexicon_file import LanguageFile, SharedFile
    from helpline.flowbook.schema import FILES, json_schema

    schemas = {kind: json_schema(kind) for kind in FILES}
    schemas["lexicon"] = LanguageFile.model_json_schema(by_alias=True)
    schemas["lexicon_shared"] = SharedFile.model_json_schema(by_alias=True)
    folder.mkdir(parents=True, exist_ok=True)
    for kind, made in schemas.items():
        words = json.dumps(made, indent=2, ensure_ascii=False)
        (folder / f"{kind}.json").write_text(words + "\n", encoding="utf-8")
    print(f"Schemas of {len(schemas)} kinds of file: {folder}", file=sys.stderr)


def explore(args: argparse.Namespace) -> int:
    """Prove the safety properties and print the report; 1 on any breach."""
    report = _proof(args, args.region)
    if args.out is None:
        show_json(report)
    else:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(json.dumps(report, ensure_ascii=False, indent=2), encoding="utf-8")
        print("All properties hold." if report["holds"] else f"Not all properties hold: see {args.out}")
    return 0 if report["holds"] else 1


def draw(args: argparse.Namespace) -> int:
    """Write one picture a conversation and one a situation."""
    from helpline.flowbook.draw import drawn

    written = []
    args.out.mkdir(parents=True, exist_ok=True)
    for name, made in drawn(_opened(args), args.format):
        (args.out / name).write_text(made, encoding="utf-8")
        written.append(str(args.out / name))
    if args.json:
        show_json({"pictures": written})
    else:
        print("\n".join(written))
    return 0


def print_booklet(args: argparse.Namespace) -> int:
    """Write the booklet."""
    from helpline.flowbook.paper import booklet

    chosen = [args.language] if args.language else None
    _write(args.out, booklet(_opened(args, chosen)))
    return 0


def safety_case(args: argparse.Namespace) -> int:
    """Write the safety case, and print it as PDF where that is possible."""
    from helpline.cli.pdf import as_pdf
    from helpline.clock import SystemClock
    from helpline.flowbook.hazards import read_hazards
    from helpline.flowbook.kept_aside import read_kept_aside
    from helpline.flowbook.safety_case import Figures, document

    figures = Figures(
        proof=_given(args.proof) or ({} if args.no_proof else _proof(args)),
        understanding=_given(args.understanding),
        unseen=read_kept_aside(args.kept_aside),
        made_on=SystemClock().now().date(),
    )
    _write(args.out, document(_opened(args), read_hazards(args.hazards), figures))
    if args.pdf:
        print(as_pdf(args.out, args.out.with_suffix(".pdf")))
    if figures.proof and not figures.proof.get("holds"):
        problem("Not all safety properties hold: the document lists what breaks them.")
        return 1
    return 0


def refresh(args: argparse.Namespace) -> int:
    """Rewrite one translation file; what a translator has to do in it is said by `flows check`."""
    from helpline.clock import SystemClock
    from helpline.flowbook.book import read
    from helpline.flowbook.faults import FlowbookErrors
    from helpline.flowbook.translations import refreshed

    path = args.folder / "locale" / f"{args.language}.po"
    if not path.is_file():
        raise NotInOrder(f"There is no {path}: copy another language's file and empty its msgstr lines.")
    region = min(p.stem for p in (args.folder / "regions").glob("*.yaml"))
    book = read(args.folder, region=region, languages=(args.language,))
    broken = [fault for fault in book.faults if not fault.file.startswith("locale/")]
    if broken:
        raise _unusable(FlowbookErrors(broken))
    top = itertools.takewhile(
        lambda line: line.startswith("#"), path.read_text(encoding="utf-8").splitlines()
    )
    sentences = book.sentences.values()
    made = refreshed(
        book.entries[args.language], sentences, args.language, "\n".join(top), SystemClock().now()
    )
    path.write_bytes(made)
    print(path)
    return 0


def _given(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NotInOrder(f"{path} cannot be read as JSON: {error}") from error
    return found if isinstance(found, dict) else {"figures": found}


def _opened(args: argparse.Namespace, beside: Sequence[str] | None = None) -> Content:
    from helpline.flowbook.content import open_content
    from helpline.flowbook.faults import FlowbookErrors

    try:
        return open_content(
            args.folder, name=args.name, region=args.region, languages=_languages(args.folder, beside)
        )
    except FlowbookErrors as errors:
        raise _unusable(errors) from errors


def _languages(folder: Path, beside: Sequence[str] | None = None) -> tuple[str, ...]:
    found = sorted(p.stem for p in (folder / "locale").glob("*.po"))
    return tuple(dict.fromkeys(("en", *(found if beside is None else beside))))


def _write(path: Path, words: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(words, encoding="utf-8")
    print(path)


def _proof(args: argparse.Namespace, region: str | None = None) -> dict[str, Any]:
    from helpline.flowbook.explore import prove
    from helpline.flowbook.faults import FlowbookErrors

    progress("Proving the safety properties: about a minute …")
    known = (p.stem for p in (args.folder / "regions").glob("*.yaml"))
    regions = [region] if region else sorted(known, key=lambda r: (r != "us", r))
    try:
        found = prove(args.folder, name=args.name, languages=_languages(args.folder), regions=regions)
    except FlowbookErrors as errors:
        raise _unusable(errors) from errors
    return dict(found.to_json())


def _unusable(errors: Exception) -> NotInOrder:
    return NotInOrder(f"{errors}\nMend the content first; `helpline flows check` says more.")

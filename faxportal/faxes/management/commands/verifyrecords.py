"""`manage.py verifyrecords`: finds what somebody changed, removed or inserted in the record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet

from faxportal.audit import record_keys, seal_chain, signatures
from faxportal.audit.audit_seals import BrokenEntry, broken_entries
from faxportal.audit.models import RecordSeal
from faxportal.audit.seal_chain import BrokenSeal
from faxportal.faxes.models import Fax
from faxportal.faxes.record.messages import difference_sentence, entry_sentence, seal_sentence
from faxportal.faxes.record.verification import (
    EXIT_UNVERIFIABLE,
    Difference,
    Problem,
    Verdict,
)
from faxportal.faxes.record.verifying import missing_faxes, verify_fax
from faxportal.faxes.states import FaxState

#: How many ids one query reads.
_AT_ONCE = 500


class Command(BaseCommand):
    """Verifies histories, the facts of faxes, the chain over all faxes, and the audit."""

    help = (
        "Checks the history and the facts of every fax, the chain over all faxes, and the audit; "
        "or only the faxes named. Exits with 1 if anything was changed, removed or inserted, and "
        "names it; with 3 if nothing was, but not all can be verified. Hashes are "
        "printed, and never what they were made from."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("faxes", nargs="*", metavar="UUID", type=UUID)

    def handle(self, *args: Any, **options: Any) -> None:
        faxes = Fax.objects.exclude(state=FaxState.DRAFT).order_by("pk")
        if options["faxes"]:
            faxes = faxes.filter(uuid__in=options["faxes"])
        absent = [self._verify_absent(one) for one in options["faxes"] if not _exists(faxes, one)]
        verdicts = {self._verify_faxes(_ids(faxes)), *absent}
        if not options["faxes"]:
            verdicts.update(self._verify_chain())
        for number, key in enumerate(record_keys.all_known()):
            public_key = signatures.public_key_of(key.signing_seed)
            signed = "were signed before" if number else "are signed"
            self.stdout.write(f"Evidence sheets {signed} by the key {public_key}")
        match Verdict.of_all(verdicts):
            case Verdict.CHANGED:
                raise CommandError("The record is not as it was written.")
            case Verdict.UNVERIFIABLE:
                raise CommandError(
                    "The record can't be verified completely. Nothing was found that was changed.",
                    returncode=EXIT_UNVERIFIABLE,
                )

    def _verify_faxes(self, ids: Iterable[int]) -> Verdict:
        verdicts: Counter[Verdict] = Counter()
        without_key = not_sealed = 0
        for fax_id in ids:
            fax = Fax.objects.filter(pk=fax_id).first()
            if fax is None:
                continue  # retention has removed it since
            verification = verify_fax(fax)
            without_key += verification.events_without_key > 0
            not_sealed += verification.sealed_events < verification.events
            verdicts[verification.verdict] += 1
            for difference in verification.differences:
                self.stdout.write(f"{fax.uuid}: {difference_sentence(difference)}")
        self.stdout.write(
            f"Histories: {verdicts[Verdict.WHOLE]} unchanged, {verdicts[Verdict.CHANGED]} changed, "
            f"{verdicts[Verdict.UNVERIFIABLE]} can't be verified."
        )
        if without_key:
            self.stdout.write(
                f"{without_key} of them have events without a key, from version 0.1.0: whoever "
                "could write into the database then could change them."
            )
        if not_sealed:
            self.stdout.write(f"{not_sealed} of them have events that are not sealed yet.")
        return Verdict.of_all(verdicts)

    def _verify_absent(self, uuid: UUID) -> Verdict:
        """Say what became of a fax that the database lacks. Raises `CommandError` if unknown."""
        seals = list(RecordSeal.objects.filter(fax=uuid))
        if removals := [one for one in seals if one.kind == RecordSeal.Kind.FAX_REMOVED]:
            self.stdout.write(f"{uuid}: retention removed it.")
            broken = seal_chain.broken_among(removals)
            for one in broken:
                self.stdout.write(seal_sentence(one))
            return Verdict.of_all(map(_verdict, broken))
        if not seals:
            raise CommandError(f"{uuid}: there is no such fax, and the record knows none.")
        missing = Difference(problem=Problem.FAX_MISSING)
        self.stdout.write(f"{uuid}: {difference_sentence(missing)}")
        return missing.verdict

    def _verify_chain(self) -> Iterator[Verdict]:
        for uuid, difference in missing_faxes():
            self.stdout.write(f"{uuid}: {difference_sentence(difference)}")
            yield difference.verdict
        for seal in seal_chain.broken_seals():
            self.stdout.write(seal_sentence(seal))
            yield _verdict(seal)
        for entry in broken_entries():
            self.stdout.write(entry_sentence(entry))
            yield _verdict(entry)


def _exists(faxes: QuerySet[Fax], uuid: UUID) -> bool:
    return faxes.filter(uuid=uuid).exists()


def _verdict(broken: BrokenSeal | BrokenEntry) -> Verdict:
    return Verdict.UNVERIFIABLE if broken.problem == "key_unknown" else Verdict.CHANGED


def _ids(faxes: QuerySet[Fax]) -> Iterator[int]:
    """The ids of faxes, in pieces. A query that stays open keeps SQLite from writing beside it."""
    last = 0
    while some := list(faxes.filter(pk__gt=last).values_list("pk", flat=True)[:_AT_ONCE]):
        yield from some
        last = some[-1]

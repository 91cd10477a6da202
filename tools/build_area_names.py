"""Writes protect/reference/data/area_names.tsv from Unicode CLDR; docs/data-places.md says how.

The one argument is the folder `common/subdivisions` of CLDR, which the npm package cldr contains.
"""

import csv
import re
import sys
from pathlib import Path

DATA = Path(__file__).parent.parent / "protect" / "reference" / "data"
# Languages of the site whose script is not Latin. CLDR has no file of Tigrinya and of Dari.
LANGUAGES = ("am", "ar", "bg", "bn", "ckb", "el", "fa", "pa", "ps", "ru", "uk", "ur", "zh")
# Words for "region" before a name, the stroke that only lengthens an Arabic word, and the raised
# digit by which CLDR tells two areas of one name apart.
ADDED_WORDS = re.compile(r"^(Област|منطقة|مقاطعة|محافظة) | \(.*|[ـ²³]")
SUBDIVISION = re.compile(r'<subdivision type="([a-z]{2})(\w+)"[^>]*>([^<]+)<')


def main(folder: Path) -> None:
    with (DATA / "places" / "areas.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, dialect="excel-tab", quoting=csv.QUOTE_NONE)
        codes = {row["code"] for row in rows}
    lines = []
    for tag in LANGUAGES:
        text = (folder / f"{tag}.xml").read_text(encoding="utf-8")
        for country, area, name in SUBDIVISION.findall(text):
            code = f"{country}-{area}".upper()
            if code in codes and not name.isascii():
                lines.append(f"{code}\t{tag}\t{ADDED_WORDS.sub('', name)}")
    text = "\n".join(("code\ttag\tname", *sorted(lines), ""))
    (DATA / "area_names.tsv").write_text(text, encoding="utf-8", newline="\n")
    print(f"{len(lines)} names of {len({line.split('\t')[0] for line in lines})} areas")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

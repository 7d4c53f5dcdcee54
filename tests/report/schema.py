# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON reports against docs/report.schema.json, and the schema against the
reports: a key that the schema does not know is drift."""
import json
import os
import sys

import jsonschema

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests", "cli"))

from program import Checks, data, report  # noqa: E402 (path set above)


def unknown_keys(value, schema, defs, at=""):
    """Paths in `value` that no part of the schema names."""
    while "$ref" in schema:
        schema = defs[schema["$ref"].rsplit("/", 1)[1]]
    if "anyOf" in schema:
        if value is None:
            return
        schema = schema["anyOf"][0]
        yield from unknown_keys(value, schema, defs, at)
    elif isinstance(value, dict):
        known = schema.get("properties", {})
        for key, item in value.items():
            if key in known:
                yield from unknown_keys(item, known[key], defs,
                                        f"{at}/{key}")
            elif "additionalProperties" not in schema and known:
                yield f"{at}/{key}"
    elif isinstance(value, list) and "items" in schema:
        for item in value:
            yield from unknown_keys(item, schema["items"], defs, at + "[]")


def main():
    checks = Checks()
    path = os.path.join(os.environ["top_srcdir"], "docs",
                        "report.schema.json")
    with open(path, encoding="utf-8") as f:
        schema = json.load(f)
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    for tree in ("k6", "locust"):
        document = report(data(tree))
        errors = [f"{'/'.join(map(str, e.absolute_path))}: {e.message}"
                  for e in validator.iter_errors(document)]
        checks.that(f"{tree} is valid", not errors, errors[:5])
        drift = sorted(set(unknown_keys(document, schema, schema["$defs"])))
        checks.that(f"{tree} has no key beyond the schema", not drift, drift)
        checks.that(f"{tree} has findings and a plan",
                    document["runs"] and document["sets"])
        del document["sets"]
        checks.that("a missing key is seen",
                    not validator.is_valid(document))
    checks.finish(least=8)


if __name__ == "__main__":
    main()

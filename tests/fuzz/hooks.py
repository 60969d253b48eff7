"""What Schemathesis is told beyond the document: ids that lead somewhere, and which good requests
may be refused nevertheless."""

import json
import os
import re
import zlib

import schemathesis

IDS = json.loads(os.environ["FUZZ_IDS"])
AN_ID = re.compile(r"^([a-z]{3})_[0-9A-HJKMNP-TV-Z]{26}$")
A_RECEIPT = re.compile(r"^[0-9a-f]{24}$")
# Right by their form, wrong by what is there: a cursor of no page, a time that has not come.
BY_STATE = {"cursor", "at", "from", "to"}


def known(text):
    """Three of four ids become ones that exist; which, the text itself decides. No address but one
    where nobody is leaves this machine."""
    if text.startswith("https://"):
        return "https://nobody.invalid/"
    matched = AN_ID.match(text)
    ids = IDS.get(matched[1]) if matched else IDS["receipt"] if A_RECEIPT.match(text) else None
    chosen = zlib.crc32(text.encode())
    return ids[chosen // 4 % len(ids)] if ids and chosen % 4 else text


def settle(value):
    """The same with known ids, and 5.0, which JSON Schema calls an integer and we do not, as 5."""
    if isinstance(value, dict):
        return {name: settle(field) for name, field in value.items()}
    if isinstance(value, list):
        return [settle(element) for element in value]
    if isinstance(value, str):
        return known(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    return settle(path_parameters)


@schemathesis.hook
def map_body(context, body):
    return settle(body)


@schemathesis.hook
def filter_headers(context, headers):
    """No client can send what is no Latin-1, or a line's end."""
    try:
        for value in (headers or {}).values():
            str(value).encode("latin-1")
    except UnicodeEncodeError:
        return False
    return not any(re.search(r"^\s|[\r\n\0]", str(value)) for value in (headers or {}).values())


@schemathesis.hook
def map_headers(context, headers):
    """A key of an example, used again for another request, is 422: each request has its own."""
    return {name: value for name, value in (headers or {}).items() if name != "Idempotency-Key"}


@schemathesis.check
def good_requests_are_taken(context, response, case):
    """A request as the document wants it may break a rule between fields (422) or meet another
    state (404, 409), or another's rights (403); but it can always be read."""
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive or response.status_code != 400:
        return
    if case.media_type == "application/x-www-form-urlencoded":  # Bootpay's: no types, all is text
        return
    problem = response.json()
    fields = {error["field"] for error in problem.get("errors", [])}
    if not fields or fields - BY_STATE:
        raise AssertionError(f"a good request could not be read: {json.dumps(problem)}")

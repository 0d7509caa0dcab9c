# SPDX-License-Identifier: Apache-2.0
"""A kind of the API as tables, made of its CRD."""
import yaml

import tree
from markdown import Table, code

PATTERNS = {  # in words; any other is shown as it is
    r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$": "lower-case labels with dots between",
    r"^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$":
        "lower-case labels with dots between, the first may be `*`",
    r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$": "lower-case letters, digits and `-`",
    r"^([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,6}s)?$": "hours, minutes, seconds, as `2160h` or `1h30m`",
    r"^[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?#@!$&'()*+,;=%\[\]-]+$": "scheme, `:` and the rest, ASCII",
    r"^[^@<> ]+@[^@<> ]+$": "a bare address",
    r"^([^@<> ]+@)?[^@<> ]+$": "a bare address, or what follows its `@`",
    r"^[0-9a-f]*$": "hexadecimal digits",
    r"^(True|False|Unknown)$": "`True`, `False` or `Unknown`",
}
SPANS = [("minimum", "maximum", ""), ("minLength", "maxLength", " characters"), ("minItems", "maxItems", " entries"),
         ("minProperties", "maxProperties", " entries")]


def crd_of(kind):
    crds = (yaml.safe_load(tree.read(name)) for name in tree.files(".yaml", under=["crds"]) if name.count("/") == 1)
    crd, = (crd for crd in crds if crd["spec"]["names"]["kind"] == kind)
    return crd


def span(schema, least, most, unit):
    """A range in words: "1 to 64 characters"."""
    low, high = schema.get(least), schema.get(most)
    if low is None and high is None:
        return []
    if low == high:
        return [f"{low}{unit}"]
    return [f"at most {high}{unit}" if low is None else f"at least {low}{unit}" if high is None else f"{low} to {high}{unit}"]


def bounds(schema):
    """What a value must be, beyond its type."""
    told = ["one of " + ", ".join(code(value) for value in schema["enum"])] if "enum" in schema else []
    if pattern := schema.get("pattern"):
        told.append(PATTERNS.get(pattern, code(pattern)))
    for least, most, unit in SPANS:
        told += span(schema, least, most, unit)
    for key in ("items", "additionalProperties"):
        if key in schema and (each := bounds(schema[key])):
            told.append("each " + each)
    return "; ".join(told)


def type_of(schema, path):
    """A field's type in words; an object's leads to its own table."""
    if schema["type"] == "array":
        return "list of " + type_of(schema["items"], path).replace("string", "strings")
    if "additionalProperties" in schema:
        return f"map to {schema['additionalProperties']['type']}"
    if schema.get("properties"):
        return f"[object](#{path.lower().replace('.', '').replace(' ', '-')})"
    return schema.get("format", schema["type"]) if schema["type"] == "string" else schema["type"]


def row(kind, path, name, schema, required):
    default = "required" if name in required else code(schema["default"]) if "default" in schema else "—"
    return [code(name), type_of(schema, f"{kind} {path}.{name}"), default, bounds(schema) or "—", schema.get("description", "—")]


def objects(path, schema):
    """(path, schema) of an object and of all below it, those of lists included."""
    yield path, schema
    for name, field in schema["properties"].items():
        inner = field.get("items", field)
        if inner.get("properties"):
            yield from objects(f"{path}.{name}", inner)


def fields(kind, path, schema):
    rows = [row(kind, path, name, field, schema.get("required", [])) for name, field in schema["properties"].items()]
    return [f"### {kind} {path}", schema["description"],
            Table(["field", "type", "default", "bounds", "what"], rows)]


def rules(path, schema):
    """(field, message, rule) of a schema and of all below it."""
    for rule in schema.get("x-kubernetes-validations", []):
        yield path + rule.get("fieldPath", ""), rule["message"], rule["rule"]
    for name, field in schema.get("properties", {}).items():
        yield from rules(f"{path}.{name}", field)
    if "items" in schema:
        yield from rules(path + "[]", schema["items"])


def refusals(kind, schema):
    """The rules as a table; the same rule of several fields stands once."""
    told = {}
    for field, message, rule in rules("spec", schema):
        told.setdefault((message, rule), []).append(code(field))
    rows = [[", ".join(places), message, code(rule)] for (message, rule), places in told.items()]
    return [f"### {kind} refusals", "What the API server refuses beyond types and bounds, and the CEL rule that says so.",
            Table(["field", "message", "rule"], rows)]


def columns(version):
    rows = [[column["name"], code(column["jsonPath"])] for column in version["additionalPrinterColumns"]]
    told = ["`kubectl get` shows:", Table(["column", "of"], rows)]
    if selectable := version.get("selectableFields"):
        names = ", ".join(code(field["jsonPath"].lstrip(".")) for field in selectable)
        told.append(f"Can be chosen with `--field-selector`: {names}.")
    return told


def kind(name):
    """All about one kind."""
    spec = crd_of(name)["spec"]
    version, = spec["versions"]
    names, parts = spec["names"], version["schema"]["openAPIV3Schema"]["properties"]
    told = [version["schema"]["openAPIV3Schema"]["description"],
            f"`apiVersion: {spec['group']}/{version['name']}`, `kind: {name}`; {spec['scope'].lower()}; short name "
            f"{', '.join(map(code, names['shortNames']))}, category {', '.join(map(code, names['categories']))}."]
    told += columns(version)
    for path, schema in objects("spec", parts["spec"]):
        told += fields(name, path, schema)
    told += refusals(name, parts["spec"])
    for path, schema in objects("status", parts["status"]):
        told += fields(name, path, schema)
    return told

"""The bill of materials: `bill.py PYTHON TARGET`, run by `make sbom` with the tools of `audit.txt`.

Two views of CycloneDX's own tool are joined: the lock file knows hashes, the installed packages know licences and
what needs what. The rule: what is in `run.txt` is in the bill, nothing else is, and a bill with a gap is not written.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

HERE = Path(__file__).parent
LOCK = HERE / "run.txt"
PROJECT = HERE.parent / "pyproject.toml"
Json = dict[str, Any]


class Incomplete(RuntimeError):
    """The bill would lack something; one line."""


def bill(python: str) -> Json:
    """The components of the lock file, each with hashes and licences, and how they need each other.

    Args:
        python: the interpreter of an environment in which the lock file is installed.

    Raises:
        Incomplete: a component without a hash or a licence.
    """
    locked = _tool("requirements", str(LOCK))
    installed = _tool("environment", python)
    known = {_name(component): component for component in installed["components"]}
    components = [_joined(component, known.get(_name(component), {})) for component in locked["components"]]
    refs: dict[str, list[str]] = {}
    for component in components:  # a package may be locked in two versions, for different Pythons
        refs.setdefault(_name(component), []).append(component["bom-ref"])
    names = {component["bom-ref"]: name for name, component in known.items()}
    root = installed["metadata"]["component"]["bom-ref"]
    needs: dict[str, list[str]] = {ref: [] for ref in (root, *(ref for name in sorted(refs) for ref in refs[name]))}
    for edge in installed["dependencies"]:
        wanted = sorted(ref for other in edge.get("dependsOn", []) for ref in refs.get(names[other], []))
        for ref in [root] if edge["ref"] == root else refs.get(names[edge["ref"]], []):
            needs[ref] = wanted
    graph = [{"ref": ref, "dependsOn": wanted} for ref, wanted in needs.items()]
    return {**installed, "components": components, "dependencies": graph}


def _joined(locked: Json, installed: Json) -> Json:
    """One component: name, version and hashes as locked, description and licences as installed."""
    name, version = locked["name"], locked["version"]
    hashes = [each for each in locked.get("externalReferences", []) if each.get("hashes")]
    licences = installed.get("licenses")
    if not hashes or not licences:
        raise Incomplete(f"{name} {version}: no {'licence' if hashes else 'hash'} is known; run `make install` first")
    joined = {
        "type": "library",
        "bom-ref": f"{name}=={version}",
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{_name(locked)}@{version}",
        "licenses": licences,
        "externalReferences": hashes,
    }
    return joined | {key: installed[key] for key in ("description",) if key in installed}


def _tool(view: str, source: str) -> Json:
    command = [sys.executable, "-W", "ignore", "-m", "cyclonedx_py", view, "--output-reproducible"]
    command += ["--pyproject", str(PROJECT), "--sv", "1.6", "--of", "JSON", source]
    made = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603  our own words only
    found: Json = json.loads(made)
    return found


def _name(component: Json) -> str:
    return re.sub(r"[-_.]+", "-", str(component["name"])).lower()


def main(python: str, target: Path) -> str:
    """Write the bill; one line about it."""
    written = json.dumps(bill(python), indent=2, sort_keys=True) + "\n"
    if fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(written):
        raise Incomplete(f"not CycloneDX 1.6: {fault!r}"[:300])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(written, "utf-8")
    return f"{target}: {len(json.loads(written)['components'])} components, valid CycloneDX 1.6"


if __name__ == "__main__":
    try:
        sys.stdout.write(main(sys.argv[1], Path(sys.argv[2])) + "\n")
    except Incomplete as gap:
        sys.exit(str(gap))

# SPDX-License-Identifier: BSD-3-Clause
"""python3 check.py PROJECT: recipes of packages, CITATION.cff and issue templates can be read, and say the library's version
and what it needs. YAML is read where PyYAML is installed."""
import ast
import json
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
version = re.search(r'string_view version = "(.*)"', (root / "include/lssm/core/version.hpp").read_text())[1]
licence = "BSD-3-Clause"
failures = []


def expect(where, what, found, wanted):
    if found != wanted:
        failures.append(f"{where}: {what} is {found!r}, not {wanted!r}")


def text_of(path):
    return (root / path).read_text(encoding="utf-8")


# Python: compiled, and constants of the class read without its framework.
constants = {}
for path in ["packaging/conan/conanfile.py", "packaging/spack/packages/lssm/package.py", "packaging/gdb/lssm_printers.py",
             "examples/notebook/lssm.py", "examples/notebook/first.py"]:
    tree = ast.parse(text_of(path), path)
    compile(tree, path, "exec")
    for node in [n for c in tree.body if isinstance(c, ast.ClassDef) for n in c.body]:
        if isinstance(node, ast.Assign) and isinstance(node.value, (ast.Constant, ast.Tuple)):
            constants[path, node.targets[0].id] = ast.literal_eval(node.value)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and node.value.args:
            constants.setdefault((path, node.value.func.id), []).append(ast.literal_eval(node.value.args[0]))

conan, spack = "packaging/conan/conanfile.py", "packaging/spack/packages/lssm/package.py"
expect(conan, "version", constants.get((conan, "version")), version)
expect(conan, "license", constants.get((conan, "license")), licence)
expect(conan, "what it requires", [r.split("/")[0] for r in constants.get((conan, "requires"), [])], ["xtensor", "xsimd"])
expect(spack, "version", constants.get((spack, "version")), [version])
expect(spack, "license", constants.get((spack, "license")), [licence])
for needed in "xtensor@", "xsimd", "xtensor-blas", "openblas":
    if not any(d.startswith(needed) for d in constants.get((spack, "depends_on"), [])):
        failures.append(f"{spack}: does not depend on {needed}")

vcpkg = json.loads(text_of("packaging/vcpkg/lssm/vcpkg.json"))
expect("vcpkg.json", "version", vcpkg["version-semver"], version)
expect("vcpkg.json", "license", vcpkg["license"], licence)
expect("vcpkg.json", "dependencies", [d for d in vcpkg["dependencies"] if isinstance(d, str)], ["xtensor", "xsimd"])

notebook = json.loads(text_of("examples/notebook/first.ipynb"))
expect("first.ipynb", "outputs", [c["outputs"] for c in notebook["cells"] if c.get("outputs")], [])

try:
    import yaml
except ImportError:
    print("YAML is not read: this python3 has no PyYAML; on Debian: apt-get install python3-yaml")
else:
    conda = yaml.safe_load(text_of("packaging/conda/meta.yaml"))
    expect("meta.yaml", "version", conda["package"]["version"], version.replace("-", ""))
    expect("meta.yaml", "license", conda["about"]["license"], licence)
    expect("meta.yaml", "the clone", (root / "packaging/conda" / conda["source"]["path"]).resolve(), root.resolve())
    citation = yaml.safe_load(text_of("CITATION.cff"))
    expect("CITATION.cff", "version", str(citation["version"]), version)
    expect("CITATION.cff", "license", citation["license"], licence)
    for key in "cff-version", "message", "title", "authors":
        if not citation.get(key):
            failures.append(f"CITATION.cff: has no {key}")
    templates = sorted((root / ".github/ISSUE_TEMPLATE").glob("*.yml"))
    expect("issue templates", "number", len(templates), 3)
    for path in templates:
        form = yaml.safe_load(path.read_text())
        ids = [part["id"] for part in form["body"]]
        expect(path.name, "ids that differ", len(set(ids)), len(ids))
        if not (form["name"] and form["description"] and all(part["attributes"]["label"] for part in form["body"])):
            failures.append(f"{path.name}: lacks a name, a description or a label")
    numbers = yaml.safe_load(text_of(".github/ISSUE_TEMPLATE/wrong_number.yml"))
    asked = [part["id"] for part in numbers["body"] if part.get("validations", {}).get("required")]
    expect("wrong_number.yml", "what it asks for", asked, ["program", "seed", "given", "expected", "version", "build"])

if failures:
    sys.exit("\n".join(failures))
print(f"recipes say version {version}")

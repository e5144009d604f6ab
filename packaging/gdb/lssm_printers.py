# SPDX-License-Identifier: BSD-3-Clause
"""gdb shows what lssm computes with:   (gdb) source lssm_printers.py

lssm::extent            the size, "not set" where it is open
lssm::dual              value and derivative:  1.5 + 2 ε
lssm::pack              the lanes (xsimd::batch)
lssm::eigenvalue        re + im i
lssm::known_vector      the array within
"""
import gdb
import gdb.printing

_NOT_SET = -(1 << 63)


class Extent:
    def __init__(self, value):
        self.value = value

    def to_string(self):
        held = [f.name for f in self.value.type.fields() if f.name == "value_"]
        size = int(self.value["value_"]) if held else int(self.value.type.strip_typedefs().template_argument(0))
        return "not set" if size == _NOT_SET else str(size)


class Sum:
    """Two members as a sum, the second times a symbol."""

    def __init__(self, value, first, second, symbol):
        self.terms = value[first], value[second]
        self.symbol = symbol

    def to_string(self):
        first, second = (term.format_string() for term in self.terms)
        return f"{first} + {second} {self.symbol}"


class Lanes:
    def __init__(self, value):
        element = value.type.strip_typedefs().template_argument(0)
        self.lanes = value.address.cast(element.pointer())
        self.count = value.type.sizeof // element.sizeof

    def to_string(self):
        return "{" + ", ".join(self.lanes[i].format_string() for i in range(self.count)) + "}"


class KnownVector:
    def __init__(self, value):
        start = value["numbers_"]["_M_impl"]["_M_start"]
        size = int(value.type.strip_typedefs().template_argument(1))
        self.array = start.cast(start.type.strip_typedefs().target().array(size - 1).pointer()).dereference() if size else "{}"

    def to_string(self):
        return self.array if isinstance(self.array, str) else self.array.format_string()


def _printers():
    all_of_them = gdb.printing.RegexpCollectionPrettyPrinter("lssm")
    all_of_them.add_printer("extent", "^lssm::extent<.*>$", Extent)
    all_of_them.add_printer("dual", "^lssm::dual<.*>$", lambda v: Sum(v, "v", "e", "ε"))
    all_of_them.add_printer("eigenvalue", "^lssm::eigenvalue<.*>$", lambda v: Sum(v, "re", "im", "i"))
    all_of_them.add_printer("pack", "^xsimd::batch<.*>$", Lanes)
    all_of_them.add_printer("known_vector", "^lssm::known_vector<.*>$", KnownVector)
    return all_of_them


gdb.printing.register_pretty_printer(None, _printers(), replace=True)

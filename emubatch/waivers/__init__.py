"""Waivers (miễn) and corrections (sửa): what the office decides beside the forms.

They are rows of a workbook with a reason and a signer each. A waiver lets nominees off a
criterion; a correction puts another value into a field of a form before anything is judged.
A row that cannot be used is a finding at its cell, and the month goes on without it.
"""

from emubatch.waivers.desk import apply_waivers
from emubatch.waivers.shown import show_waivers

__all__ = ["apply_waivers", "show_waivers"]

"""The only room that knows Excel: reading, writing, forms, styles.

The names of the sheets that we add to a form stand here: the reader passes over them.
"""

GUIDE_SHEET = "Hướng dẫn"
TODO_SHEET = "Việc cần sửa"
LISTS_SHEET = "_danh_muc"
MAP_SHEET = "_emubatch"
OWN_SHEETS = (GUIDE_SHEET, TODO_SHEET, LISTS_SHEET, MAP_SHEET)

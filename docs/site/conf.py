"""Sphinx's settings, for the language that the environment variable GLASSNET_SITE_LANGUAGE names."""

import os
from pathlib import Path
from typing import Any

from docs.site import words
from docs.site.markdown import OTHER_SITE
from docs.site.searching import SearchInEnglish, SearchInKorean
from glassnet.version import __version__

_here = Path(__file__).resolve().parent

language = os.environ["GLASSNET_SITE_LANGUAGE"]
project = "glassnet"
version = release = __version__
html_title = words.SITE_TITLE.within(language)

extensions = [
    "sphinx.ext.autodoc",
    "numpydoc",
    "myst_nb",
    "sphinx_copybutton",
    "docs.site.mathml",
    "docs.site.docstrings",
]
locale_dirs = [str(_here / "locale")]  # Korean for the words of the theme
exclude_patterns = ["notebooks"]  # they are downloads
nitpicky = True

# Docstrings
default_role = "code-or-name"
add_module_names = False
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings say types, shapes and ranges
numpydoc_show_class_members = False
numpydoc_attributes_as_param_list = True

# Lessons and guides: what the notebooks hold is what `make lessons` ran.
nb_execution_mode = "off"
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
myst_url_schemes = {"http": None, "https": None, "mailto": None, OTHER_SITE: "{{path}}#{{fragment}}"}
copybutton_prompt_text = r">>> |\.\.\. "
copybutton_prompt_is_regexp = True

html_theme = "furo"
pygments_dark_style = "github-dark"
html_theme_options = {"announcement": "languages", "sidebar_hide_name": False}
html_math_renderer = "mathml"
html_favicon = str(_here.parents[1] / "src/glassnet/playground/static/icon.svg")
html_static_path = [str(_here / "static")]
html_css_files = ["site.css"]
templates_path = [str(_here / "templates")]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_show_copyright = False
html_context = {
    "this_language": language,
    "languages": words.LANGUAGE_NAMES,
}


def setup(app: Any) -> None:
    """Add the languages that are searched."""
    app.add_search_language(SearchInEnglish)
    app.add_search_language(SearchInKorean)

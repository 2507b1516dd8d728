"""Guides as Markdown, and the site that is made of them: `docs.site`."""

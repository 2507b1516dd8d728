"""The playground: one page in the browser, and the small server on this machine that it asks for every number."""

"""The resources of a site, one module each: see kg.web.site."""

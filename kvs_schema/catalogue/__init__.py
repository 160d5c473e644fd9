"""The compiled specification at run time: schemas, error codes, errata, variants, texts."""

module kvs-conformance

go 1.18

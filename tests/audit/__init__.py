"""Tests of the audit of archives."""

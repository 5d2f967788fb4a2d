"""Tests of Hembesök."""

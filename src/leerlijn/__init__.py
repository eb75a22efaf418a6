"""Leerlijn: lessons, cases and tests for youth care workers, as notebooks with one accessible widget.

Nothing is imported here: a learner's kernel starts with this package and must stay small.
"""

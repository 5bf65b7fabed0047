"""Checks whether every grammar's parser returns, whatever the text."""

"""Generates valid values from the schemas, with realistic samples.

A *node* is all schemas that apply to a value; a *cell* is a node for one outcome of each condition.
A *place* is a key of the objects of a schema, `task#TaskID`; `samples.yaml` knows values by place.
A *kit* is a sample of an object or array whose values belong together; a *hint* is the value that a
kit has for a member. An *entry* is one way to make a value, with a weight; a *choice* selects an
entry.
"""

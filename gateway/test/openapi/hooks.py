"""What no JSON Schema can say: a task has at most as many chunks as ops."""

import schemathesis


@schemathesis.hook
def filter_case(context, case):
    task = case.body if isinstance(case.body, dict) else case.query or {}
    ops, chunks = str(task.get("ops", "")), str(task.get("chunks", ""))
    return not (ops.isdigit() and chunks.isdigit() and int(chunks) > int(ops))

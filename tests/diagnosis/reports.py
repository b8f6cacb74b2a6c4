"""A report with every kind of evidence."""

from tikcast.diagnosis.checks import Check, Conclusion
from tikcast.diagnosis.report import (
    ConnectionFacts,
    FieldDifference,
    FrameFacts,
    MessageSample,
    Program,
    Report,
    RequestFacts,
)


def full_report(text: str = "a text") -> Report:
    """A report in which every text is `text`."""
    return Report(
        made_at=text,
        program=Program(versions={text: text}, system=text, compiled_reader=True),
        options={text: text},
        conclusion=Conclusion(outcome="connected", sentence=text),
        checks=[
            Check(
                name=text, asked=text, answer=text, verdict="ok", advice=text, received=text, seconds=1.5, error=text,
                stage=text,
            )
        ],
        requests=[
            RequestFacts(
                check=text, at_ms=12, method=text, host=text, path=text, parameters=[text], cookies=[text], status=200,
                headers=[text], values={text: text}, size=1234, seconds=0.25, error=text, shape=[text],
            ),
            RequestFacts(check=text, at_ms=13, method=text, host=text, path=text, error=text),
        ],
        connections=[
            ConnectionFacts(
                check=text, method=text, more_frames=3, close_code=1006, close_reason=text,
                frames=[
                    FrameFacts(
                        at_ms=14, kind="received", payload_type=text, size=99, messages={text: 2}, error=text
                    )
                ],
            )
        ],
        messages={text: 2},
        samples=[MessageSample(method=text, problem="unknown", size=2, notes=[text], hex=text)],
        differences=[FieldDifference(inside=text, path=text, problem=text, type=text, value=7, times=3)],
    )  # fmt: skip

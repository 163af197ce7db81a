"""Buttons that are pressed once, and pressed again when what they do came to nothing."""

from streamlit.testing.v1 import AppTest


def script():
    import streamlit as st

    from workbench.errors import InputError
    from workbench.ui import shell
    from workbench.ui.components import pressing

    pressing.begin()
    if pressing.once("Send", "Sending…", icon=":material/send:", key="send"):
        tries = st.session_state["tries"] = st.session_state.get("tries", 0) + 1
        if tries < 3:
            shell.show_error(InputError("Nobody is there."))
        else:
            st.success("Sent")


def test_a_button_whose_work_failed_can_be_pressed_again_until_it_succeeds():
    at = AppTest.from_function(script).run()

    for _ in range(2):
        (button,) = at.button
        button.click().run()
        assert at.error
        (button,) = at.button
        assert (button.label, button.disabled) == ("Send", False)
    button.click().run()

    assert at.success
    (button,) = at.button
    assert (button.label, button.disabled) == ("Sending…", True)
    at.run()
    assert [(button.label, button.disabled) for button in at.button] == [("Send", False)]
    assert at.session_state["tries"] == 3

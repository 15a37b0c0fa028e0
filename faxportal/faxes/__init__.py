"""Faxes: from the draft that a person composes to the proof that VoipNow has it."""

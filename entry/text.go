package entry

// Text is free text: the words are kept outside the log, which holds the note's id alone.
type Text struct {
	Note  string
	Words string // never stored in the log
}

// Say makes a text of words.
func Say(words string) Text { return Text{Words: words} }

// IsZero says that nothing was written.
func (t Text) IsZero() bool { return t.Note == "" && t.Words == "" }

// MarshalText stores the id alone.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.Note), nil }

// UnmarshalText reads the id.
func (t *Text) UnmarshalText(b []byte) error { *t = Text{Note: string(b)}; return nil }

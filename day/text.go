package day

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// String gives the day as 2025-09-01, and "" for no day.
func (d Day) String() string {
	text, _ := d.AppendText(nil)
	return string(text)
}

// AppendText appends what String gives.
func (d Day) AppendText(b []byte) ([]byte, error) {
	if d.IsZero() {
		return b, nil
	}
	year, month, day := d.Date()
	return append(b,
		byte('0'+year/1000), byte('0'+year/100%10), byte('0'+year/10%10), byte('0'+year%10), '-',
		byte('0'+month/10), byte('0'+month%10), '-', byte('0'+day/10), byte('0'+day%10)), nil
}

// MarshalText gives what String gives.
func (d Day) MarshalText() ([]byte, error) { return d.AppendText(nil) }

// UnmarshalText reads what Parse reads, and "" as no day.
func (d *Day) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Day{}
		return nil
	}
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// MarshalJSON gives "2025-09-01", and null for no day.
func (d Day) MarshalJSON() ([]byte, error) { return quoted(d.String()), nil }

// UnmarshalJSON reads "2025-09-01" or null. An empty string is refused: JSON has null for what is not known.
func (d *Day) UnmarshalJSON(data []byte) error {
	s, null, err := unquoted(data, ErrNotDate)
	if err != nil {
		return err
	}
	if null {
		*d = Day{}
		return nil
	}
	parsed, err := Parse(s)
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

func quoted(s string) []byte {
	if s == "" {
		return []byte("null")
	}
	return []byte(`"` + s + `"`)
}

func unquoted(data []byte, want error) (s string, null bool, err error) {
	if bytes.Equal(data, []byte("null")) {
		return "", true, nil
	}
	if plain(data) { // as days are written: most of what is read of a case is days
		return string(data[1 : len(data)-1]), false, nil
	}
	if err := json.Unmarshal(data, &s); err != nil {
		return "", false, fmt.Errorf("%w, in quotation marks", want)
	}
	return s, false, nil
}

// plain tells that a text in quotation marks is what stands between them.
func plain(data []byte) bool {
	last := len(data) - 1
	if last < 1 || data[0] != '"' || data[last] != '"' {
		return false
	}
	for _, c := range data[1:last] {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

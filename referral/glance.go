package referral

import (
	"bytes"
	"encoding/json"
	"errors"

	"rettid/day"
	"rettid/law"
)

// What is counted over a million referrals asks for a dozen facts of each. They are read here past all the rest of a stored state, in a tenth of the time
// it takes to read the whole of it.

var errGlance = errors.New("the stored state is not a JSON object")

// FactsOf reads of a stored state the facts that figures are counted from: the status and the right, the days that a wait and its limits are found by, what ended
// it and the postponement past the deadline. The rest of f is left empty.
func FactsOf(state []byte, f *law.Facts) error {
	*f = law.Facts{}
	s := glance{b: state}
	if !s.is('{') {
		return errGlance
	}
	if s.is('}') {
		return s.end()
	}
	for {
		key, ok := s.raw()
		if !ok || len(key) < 2 || key[0] != '"' || !s.is(':') {
			return errGlance
		}
		value, ok := s.raw()
		if !ok {
			return errGlance
		}
		if err := known(f, key[1:len(key)-1], value); err != nil {
			return err
		}
		switch {
		case s.is(','):
		case s.is('}'):
			return s.end()
		default:
			return errGlance
		}
	}
}

// known takes one value into the facts, if it is one of those asked for.
func known(f *law.Facts, key, value []byte) error {
	var on *day.Day
	switch string(key) {
	case "status":
		return word(value, &f.Status)
	case "right":
		return word(value, &f.Right)
	case "end_code":
		return word(value, &f.EndCode)
	case "put_off":
		return json.Unmarshal(value, &f.PutOff)
	case "seniority":
		on = &f.Seniority
	case "received_on":
		on = &f.ReceivedOn
	case "assess_by":
		on = &f.AssessBy
	case "assessed_on":
		on = &f.AssessedOn
	case "start_by":
		on = &f.StartBy
	case "started_on":
		on = &f.StartedOn
	case "wait_end":
		on = &f.WaitEnd
	case "closed_on":
		on = &f.ClosedOn
	default:
		return nil
	}
	return on.UnmarshalJSON(value)
}

// word reads a string.
func word[T ~string](value []byte, into *T) error {
	if len(value) >= 2 && value[0] == '"' && bytes.IndexByte(value, '\\') < 0 {
		*into = T(value[1 : len(value)-1])
		return nil
	}
	return json.Unmarshal(value, into)
}

// A glance goes through JSON without reading what it passes.
type glance struct {
	b []byte
	i int
}

// is tells whether the next sign is c, and passes it.
func (s *glance) is(c byte) bool {
	s.space()
	if s.i < len(s.b) && s.b[s.i] == c {
		s.i++
		return true
	}
	return false
}

func (s *glance) space() {
	for s.i < len(s.b) && (s.b[s.i] == ' ' || s.b[s.i] == '\n' || s.b[s.i] == '\t' || s.b[s.i] == '\r') {
		s.i++
	}
}

func (s *glance) end() error {
	if s.space(); s.i < len(s.b) {
		return errGlance
	}
	return nil
}

// raw passes one value, and gives it as it stands.
func (s *glance) raw() ([]byte, bool) {
	s.space()
	from, depth := s.i, 0
	for s.i < len(s.b) {
		switch c := s.b[s.i]; c {
		case '"':
			if !s.text() {
				return nil, false
			}
			if depth == 0 {
				return s.b[from:s.i], true
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth < 0 {
				return s.b[from:s.i], s.i > from
			}
			if depth == 0 {
				s.i++
				return s.b[from:s.i], true
			}
		case ',', ' ', '\n', '\t', '\r':
			if depth == 0 {
				return s.b[from:s.i], s.i > from
			}
		}
		s.i++
	}
	return nil, false
}

// text passes a string.
func (s *glance) text() bool {
	for at := s.i + 1; ; {
		n := bytes.IndexByte(s.b[at:], '"')
		if n < 0 {
			return false
		}
		at += n
		slashes := 0
		for at-slashes-1 > s.i && s.b[at-slashes-1] == '\\' {
			slashes++
		}
		at++
		if slashes%2 == 0 {
			s.i = at
			return true
		}
	}
}

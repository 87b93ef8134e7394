package letter

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"rettid/words"
)

// What a house may say of its own in a letter: lines in the head and after the signature, and a part of its own last in a letter of a kind. It is added to the
// standard text and takes nothing out of it: what a letter must say stands (guide 8.1, 8.2; forvaltningsloven § 27).

// A Local is what a house adds to a text, by language: all three languages, or nothing.
type Local struct {
	Heading map[words.Lang]string // of the part of its own; in frame_foot the greeting, in the place of the standard one; none in frame_top
	Lines   map[words.Lang]string // a paragraph a line; a line that begins with "- " is an item of a list, in letters and not in the frame
}

// IsZero tells whether nothing is added.
func (l Local) IsZero() bool { return len(l.Heading) == 0 && len(l.Lines) == 0 }

const (
	localLines  = 20   // at most
	localLength = 4000 // bytes a language, at most
)

// A LocalError says what a house can't say in a letter of its own: the text, the language, the line (0: none), and a code with words under "letter.local.CODE".
type LocalError struct {
	Text string
	Lang words.Lang
	Line int
	Code string
	What string // the place or the words
}

func (e *LocalError) Error() string {
	return fmt.Sprintf("letter %s, %s, line %d: %s", e.Text, e.Lang, e.Line, e.Says(words.EN))
}

// Says tells in a language what is wrong and how to mend it.
func (e *LocalError) Says(l words.Lang) string {
	what := e.What
	if e.Code == "every_language" {
		if what = words.Say(l, "web.language_of."+string(e.Lang)); l != words.EN {
			what = strings.ToLower(what)
		}
	}
	return words.Say(l, "letter.local."+e.Code, what)
}

// noRemedy are words that deny what every answer must tell: the right to complain, and that the deadline is a right (pbrl. §§ 2-2 a, 7-2; G8.1-11, X-902).
var noRemedy = regexp.MustCompile(`(?i)(kan ikk?j?e klag|ikk?j?e klagerett|ikk?j?e rett til å klag|cannot complain|can not complain|no right to complain|fristen (gjelder|gjeld) ikk?j?e|deadline does not apply)`)

// WithLocal gives the texts with what a house adds, by the name of the text. Every mistake is told, each a [*LocalError]; a name no text has is an error.
func (ts *Texts) WithLocal(local map[string]Local) (*Texts, error) {
	out := &Texts{by: maps.Clone(ts.by)}
	var faults []error
	for _, name := range sorted(local) {
		t, ok := ts.by[name]
		if !ok {
			faults = append(faults, fmt.Errorf("letter: there is no text %q; the texts are %s", name, strings.Join(ts.Names(), ", ")))
			continue
		}
		if local[name].IsZero() {
			continue
		}
		with, err := t.local(local[name])
		if err != nil {
			faults = append(faults, err)
			continue
		}
		out.by[name] = with
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return out, nil
}

// local lays what a house adds into a text.
func (t *Text) local(x Local) (*Text, error) {
	out := &Text{Name: t.Name, In: make(map[words.Lang][]node)}
	h := sha256.New()
	h.Write(t.digest[:])
	var faults []error
	for _, l := range words.Langs() {
		wrong := func(line int, code, what string) {
			faults = append(faults, &LocalError{t.Name, l, line, code, what})
		}
		head, body := strings.TrimSpace(x.Heading[l]), strings.TrimSpace(strings.ReplaceAll(x.Lines[l], "\r\n", "\n"))
		fmt.Fprintf(h, "%s %q %q\n", l, head, body)
		if head == "" && len(x.Heading) > 0 || body == "" && len(x.Lines) > 0 {
			wrong(0, "every_language", "")
			continue
		}
		switch {
		case t.Name == "frame_top" && head != "":
			wrong(0, "no_heading", "")
		case !strings.HasPrefix(t.Name, "frame_") && head == "":
			wrong(0, "heading", "") // without one, the lines would stand in the part before
		case !strings.HasPrefix(t.Name, "frame_") && body == "":
			wrong(0, "lines", "")
		}
		if len(head)+len(body) > localLength || strings.Count(body, "\n") >= localLines {
			wrong(0, "too_long", "")
			continue
		}
		var own []node
		line := func(n int, kind nodeKind, s string) {
			p, err := pieces(s)
			switch {
			case err != nil:
				wrong(n, "braces", "")
				return
			case strings.HasPrefix(s, "@") || strings.HasPrefix(s, "#") || strings.HasPrefix(s, "-- "):
				wrong(n, "command", s[:1])
				return
			}
			if denies := noRemedy.FindString(s); denies != "" {
				wrong(n, "denies", denies)
			}
			for _, x := range p {
				if x.place != "" && !everywhere[x.place] {
					wrong(n, "place", x.place)
				}
			}
			own = append(own, node{kind: kind, line: p})
		}
		if head != "" && !strings.Contains(head, "\n") {
			kind := heading
			if t.Name == "frame_foot" {
				kind = paragraph
			}
			line(0, kind, head)
		} else if head != "" {
			wrong(0, "command", "↵")
		}
		n := 0
		for s := range strings.SplitSeq(body, "\n") {
			n++
			s = strings.TrimSpace(s)
			if rest, isItem := strings.CutPrefix(s, "- "); isItem && strings.HasPrefix(t.Name, "frame_") {
				wrong(n, "command", "-") // head and foot are lines alone
			} else if isItem && strings.TrimSpace(rest) != "" {
				line(n, item, strings.TrimSpace(rest))
			} else if s != "" {
				line(n, paragraph, s)
			}
		}
		std := slices.Clone(t.In[l])
		switch t.Name {
		case "frame_top": // under the name of the house
			out.In[l] = slices.Insert(std, 1, own...)
		case "frame_foot":
			if head != "" && len(own) > 0 {
				std[0], own = own[0], own[1:]
			}
			out.In[l] = append(std, own...)
		default:
			out.In[l] = append(std, own...)
		}
	}
	out.digest = [sha256.Size]byte(h.Sum(nil))
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return out, nil
}

// LocalPlaces lists the places a house's own lines may have, sorted.
func LocalPlaces() []string { return sorted(everywhere) }

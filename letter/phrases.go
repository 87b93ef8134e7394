package letter

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"

	"rettid/words"
)

//go:embed phrases.txt
var phrasesText string

// phrases are the words a place is filled with when the value is a code.
var phrases = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	lang := ""
	for i, line := range strings.Split(phrasesText, "\n") {
		if strings.HasPrefix(line, "-- ") {
			lang = strings.Trim(line, "- ")
			continue
		}
		if line == "" {
			continue
		}
		code, text, ok := strings.Cut(line, " ")
		if !ok {
			panic("letter/phrases.txt: line " + strconv.Itoa(i+1) + ": a phrase is a code, spaces and words") // embedded
		}
		out[lang+" "+code] = strings.TrimSpace(text)
	}
	return out
})

// phrase finds the words of a code, "" when it has none.
func phrase(l words.Lang, code string, args ...string) string {
	s := phrases()[string(l)+" "+code]
	for i, a := range args {
		s = strings.ReplaceAll(s, "{"+strconv.Itoa(i)+"}", a)
	}
	return s
}

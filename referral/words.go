package referral

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed explain.txt
var explainText string

var sentences = sync.OnceValue(func() map[string]string {
	out := make(map[string]string)
	lang := ""
	for _, line := range strings.Split(explainText, "\n") {
		if strings.HasPrefix(line, "-- ") {
			lang = strings.Trim(line, "- ")
			continue
		}
		if code, text, ok := strings.Cut(line, " "); ok {
			out[lang+" "+code] = strings.TrimSpace(text)
		}
	}
	return out
})

// Sentence finds the words of a reason that belongs to a referral's own explanations; "" when there is none.
func Sentence(lang, code string) string { return sentences()[lang+" "+code] }

package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"rettid/letter"
)

var (
	saidParts = regexp.MustCompile(`(?s)<p[ >].*?</p>|<li[ >].*?</li>|<legend[ >].*?</legend>|<dd[ >].*?</dd>|<h[123][ >].*?</h[123]>`)
	quoted    = regexp.MustCompile(`«[^»]*»`) // what somebody at the hospital or the patient has written
	bokmaal   = regexp.MustCompile(`(?i)(^|[ (])(ikke|hva|hvem|hvor|hvordan|hvorfor|noe|noen|sykehuset|henvisningen|jeg|mye|være|gjøre|uker|fra|dere|hvis|hun|selv|deres|venter|sendes|skjer neste)([ .,:?)]|$)`)
)

// Every page of patients as it is shown, in bokmål and nynorsk: each is easy to read as a whole (LIX), and no sentence of bokmål stands on a page in nynorsk.
func TestPatientPagesAreEasy(t *testing.T) {
	s, srv := newOutside(t)
	pages := 0
	for who, family := range map[string]string{"trym": "Testesen", "gunn": "offers", "nils": "no-right", "over": "over", "siri": "unassessed", "anna": "Antatt", "stine": "started", "ung": "Ungsen"} {
		v := be(t, srv, who)
		paths := []string{"/meg", s.my(family), s.my(family) + "/innsyn", "/meg/rettigheter", "/meg/kontakt/0", "/meg/foreldre", "/meg/parorende"}
		for _, a := range myActs {
			paths = append(paths, s.my(family)+"/"+a.path)
		}
		for _, path := range paths {
			for _, lang := range []string{"nb", "nn"} {
				res, body := v.get(path + "?lang=" + lang)
				if res.StatusCode != http.StatusOK {
					continue // not for this one, or not as the case stands
				}
				pages++
				main := body[strings.Index(body, "<main"):]
				main = main[:strings.Index(main, "</main>")]
				var said []string
				words := 0
				for _, part := range saidParts.FindAllString(main, -1) {
					one := strings.TrimSpace(quoted.ReplaceAllString(text(part), ""))
					if n := len(strings.Fields(one)); n > 2 {
						said = append(said, one)
						words += n
					}
					if m := bokmaal.FindString(one); lang == "nn" && m != "" {
						t.Errorf("%s of %s says %q in nynorsk: %s", path, who, strings.TrimSpace(m), one)
					}
				}
				if lix := letter.LIX(said...); words > 30 && lix > letter.Readable {
					t.Errorf("%s of %s in %s: LIX %.1f over %d words", path, who, lang, lix, words)
				}
			}
		}
	}
	if pages < 80 {
		t.Errorf("only %d pages were read", pages)
	}
}

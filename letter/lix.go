package letter

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"rettid/words"
)

// Readable is the LIX a letter's own text stays under; FreeTextWarning is where an editor should warn the one who writes a reason.
const (
	Readable        = 40
	FreeTextWarning = 45
)

var (
	afterDay     = regexp.MustCompile(`(\d)\. ([a-zæøå])`) // 12. mars: no sentence ends there
	inClock      = regexp.MustCompile(`(\d)\.(\d)`)        // 10.30
	sentenceEnds = regexp.MustCompile(`[.!?:]+(?:\s|$)`)
	wordForm     = regexp.MustCompile(`[\pL\pN]+(?:['’-][\pL\pN]+)*`)
)

// LIX measures how readable lines of text are (Björnsson 1968): words a sentence, and the share in per cent of words longer than six letters. Below
// 30 is very easy, 30 to 40 easy. Every line ends a sentence, as do full stop, question mark, exclamation mark and colon before a space; the stop in
// a date or a clock time does not. No words give 0.
func LIX(lines ...string) float64 {
	lix, _ := measure(lines)
	return lix
}

func measure(lines []string) (lix float64, count int) {
	sentences, long := 0, 0
	for _, line := range lines {
		for line := range strings.SplitSeq(line, "\n") {
			line = inClock.ReplaceAllString(afterDay.ReplaceAllString(line, "$1 $2"), "$1$2")
			for _, s := range sentenceEnds.Split(line, -1) {
				found := wordForm.FindAllString(s, -1)
				if len(found) > 0 {
					sentences++
				}
				count += len(found)
				for _, w := range found {
					if utf8.RuneCountInString(w) > 6 {
						long++
					}
				}
			}
		}
	}
	if count == 0 {
		return 0, 0
	}
	return float64(count)/float64(sentences) + 100*float64(long)/float64(count), count
}

// The longest a sentence for a patient may be, and how packed one of ten words or more may be.
const (
	longestSentence = 20
	packed          = 60
)

// Sentences splits a line as LIX counts it.
func Sentences(line string) []string {
	var out []string
	line = inClock.ReplaceAllString(afterDay.ReplaceAllString(line, "$1 $2"), "$1$2")
	for _, s := range sentenceEnds.Split(line, -1) {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// Hard tells why one sentence is hard to read: "N words" or "LIX N"; "" when it is not.
func Hard(sentence string) string {
	lix, n := measure([]string{sentence})
	switch {
	case n > longestSentence:
		return fmt.Sprintf("%d words", n)
	case n >= 10 && lix >= packed:
		return fmt.Sprintf("LIX %.0f", lix)
	}
	return ""
}

// LIX measures the letter as it was filled; the frame is not counted.
func (l *Letter) LIX() float64 {
	var lines []string
	for _, b := range l.Blocks {
		if b.Items != nil {
			lines = append(lines, b.Items...)
		} else {
			lines = append(lines, b.Text)
		}
	}
	return LIX(lines...)
}

// LIX measures the text with every conditional part counted, both sides of every @else, and ordinary values in its places; and counts its words.
func (t *Text) LIX(l words.Lang) (lix float64, count int) {
	var lines []string
	walk(t.In[l], func(n *node) {
		if len(n.line) == 0 {
			return
		}
		var b strings.Builder
		for _, p := range n.line {
			if p.place != "" {
				b.WriteString(sample(p.place, l))
			} else {
				b.WriteString(p.literal)
			}
		}
		lines = append(lines, b.String())
	})
	return measure(lines)
}

// samples are the ordinary values a text is measured with, and previewed with where there is no case.
var samples = map[kind][3]string{
	isDate: {"12. mars 2027", "12. mars 2027", "12 March 2027"}, isClock: {"10.30", "10.30", "10.30"}, isMoment: {"12. mars 2027 klokken 10.30", "12. mars 2027 klokka 10.30", "12 March 2027 at 10.30"},
	isWeekday: {"fredag", "fredag", "Friday"}, isName: {"Dummy Fabelsen", "Dummy Fabelsen", "Dummy Fabelsen"}, isPhone: {"00 00 00 00", "00 00 00 00", "00 00 00 00"},
	isURL: {"klage.example", "klage.example", "klage.example"}, isAddress: {"Postboks 0, 0000 Fabelby", "Postboks 0, 0000 Fabelby", "Postboks 0, 0000 Fabelby"},
	isSpot: {"Bygg A, rom 3", "Bygg A, rom 3", "Building A, room 3"}, isFixed: {"rett til utredning", "rett til utgreiing", "a right to a work-up"}, isNumber: {"2", "2", "2"},
	isPhrase: {"vondt i kneet", "vondt i kneet", "pain in the knee"}, isText: {"plagene har vart i over ett år nå", "plagene har vart i over eitt år no", "this has gone on for over a year now"},
}

// samplesOf are those of places that are filled by words of the house.
var samplesOf = map[string][3]string{
	"missing_item": {"funn og undersøkelser", "funn og undersøkingar", "a list of all the tests done"}, "reply_channel": {"elektronisk dialogmelding", "elektronisk dialogmelding", "a reply in the same mail"},
	"case_reference": {"2", "2", "2"}, "handling_unit": {"Team Fabel", "Team Fabel", "Team Fabel"}, "offer_site": {"Fabel", "Fabel", "Fabel"}, "guidance_contact": {"Dr Fabel", "Dr Fabel", "Dr Fabel"},
	"answer_text":  {"rett til helsehjelp", "rett til helsehjelp", "right to care, time will come"},
	"missing_list": {"sykehistorie, funn og undersøkelser", "sjukehistorie, funn og undersøkingar", "a list of drugs and the tests you did"},
}

func sample(place string, l words.Lang) string {
	s, ok := samplesOf[place]
	if !ok {
		s = samples[places()[place]]
	}
	switch l {
	case words.NN:
		return s[1]
	case words.EN:
		return s[2]
	}
	return s[0]
}

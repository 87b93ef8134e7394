package guide

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/kljensen/snowball/norwegian"
)

// Of a referral's text the first words are read: what is referred for stands there, and a search must be quick whatever
// is pasted into it.
const (
	maxText  = 6000 // bytes
	maxWords = 300
	maxWord  = 40 // letters; longer is no word
)

// A token is a word of a text.
type token struct {
	text    string // small letters
	stem    string
	negated bool // «ikke», «uten», «ingen», «normal» stands before it
	weak    bool // tells nothing by itself: a stop word, or the negation
	denies  bool // is a negation: of use inside a phrase alone («uten blødning»)
}

// A request is what could be read out of a query's text.
type request struct {
	tokens []token
	codes  []string // capital letters, without the point, each once
	age    int      // full years; -1 not told
	child  bool     // the text tells of a child; age before words
	adult  bool
}

var (
	codePattern = regexp.MustCompile(`(?i)(?:^|[^\p{L}\p{N}.-])([a-z][0-9]{2}(?:\.?[0-9]{1,2})?)(?:$|[^\p{L}\p{N}])`)
	agePattern  = regexp.MustCompile(`(?:(\p{L}+)[ -]+)?([0-9]{1,3})[ -]?(åring|år\b|årig|års\b|år gam|års gut|års jen)(?: (siden|med|gammel))?`)
	// not an age: «i 5 år», «siste 2 år»
	duration = set("i", "siste", "siden", "for", "gjennom", "etter", "over", "under", "de", "hvert", "per", "på", "ca", "neste", "om")
	denials  = set("ikke", "uten", "ingen", "normal", "normale", "normalt", "avkreftet", "utelukket", "ikkje", "utan", "intet", "negativ")
	childish = set("barn", "barnet", "baby", "babyen", "spedbarn", "nyfødt", "premature", "gutt", "gutten", "jente", "jenta", "jenten", "tenåring",
		"ungdom", "ungdommen", "småbarn", "skolegutt", "skolejente", "helsestasjon", "helsestasjonen", "barnehage", "barnehagen", "barneskole", "toåring", "treåring",
		"fireåring", "femåring", "seksåring", "sjuåring", "syvåring", "åtteåring", "niåring", "tiåring", "elleveåring", "tolvåring")
	grown = set("mann", "mannen", "kvinne", "kvinnen", "voksen", "vaksen", "dame", "herre", "kone", "ektemann", "pensjonist", "sykmeldt", "gravid", "sykehjem")
)

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}

// isCode tells whether the text has the shape of a code of ICD-10 or ICPC-2: a letter, two digits, and at most two more.
func isCode(s string) bool {
	if len(s) < 3 || len(s) > 5 || s[0] < 'A' || s[0] > 'Z' {
		return false
	}
	for i := 1; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// understand reads a text; it takes any text and never fails. stop is the words that tell nothing.
func understand(text string, stop map[string]bool) request {
	if len(text) > maxText {
		text = text[:maxText]
	}
	text = strings.ToValidUTF8(text, " ")
	q := request{age: -1}
	for rest := text; ; {
		m := codePattern.FindStringSubmatchIndex(rest)
		if m == nil {
			break
		}
		code := strings.ToUpper(strings.ReplaceAll(rest[m[2]:m[3]], ".", ""))
		if isCode(code) && !containsString(q.codes, code) {
			q.codes = append(q.codes, code)
		}
		rest = rest[m[3]:] // the mark after a code may be the one before the next
	}
	lower := strings.ToLower(text)
	for _, m := range agePattern.FindAllStringSubmatch(lower, -1) {
		if n, err := strconv.Atoi(m[2]); err == nil && n < 120 && q.age < 0 && !duration[m[1]] && m[4] != "siden" {
			q.age = n
		}
	}
	q.tokens = tokens(lower, stop)
	for _, t := range q.tokens {
		q.child = q.child || childish[t.text]
		q.adult = q.adult || grown[t.text]
	}
	if q.age >= 0 {
		q.child, q.adult = q.age < 18, q.age >= 18
	} else if q.adult {
		q.child = false
	}
	return q
}

// tokens parts a text in small letters into words.
func tokens(lower string, stop map[string]bool) []token {
	var out []token
	deny := false
	for word := range strings.FieldsFuncSeq(lower, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len(out) == maxWords {
			break
		}
		runes := 0
		letters := false
		for _, r := range word {
			runes++
			letters = letters || unicode.IsLetter(r)
		}
		if !letters || runes < 2 || runes > maxWord {
			continue
		}
		word = plain(word)
		t := token{text: word, denies: denials[word], weak: stop[word], negated: deny}
		if t.denies {
			deny, t.weak, t.negated = true, true, false
		} else if !t.weak {
			deny = false
		}
		t.stem = stem(word)
		out = append(out, t)
	}
	return out
}

// plain takes off accents that come and go in Norwegian medical words (dyspné, Ménière, Sjögren).
func plain(word string) string {
	return accents.Replace(word)
}

var accents = strings.NewReplacer("é", "e", "è", "e", "ê", "e", "ó", "o", "ò", "o", "ô", "o", "à", "a", "á", "a", "ü", "u", "ö", "ø", "ä", "æ", "ç", "c")

// stem is the Norwegian Snowball stem. It takes one ending off; the long words of medicine often have two (instabilitet-en,
// instabilit-et), and must meet in one stem.
func stem(word string) string {
	s := norwegian.Stem(word, true)
	if len(s) >= 8 {
		s = norwegian.Stem(s, true)
	}
	return s
}

func containsString(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

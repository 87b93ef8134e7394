package letter

import (
	"crypto/sha256"
	"fmt"
	"sync"

	"rettid/law"
)

// rulesDigest is of every rule's norms, citation, reading and words, as this program has them.
var rulesDigest = sync.OnceValue(func() [sha256.Size]byte {
	h := sha256.New()
	for _, r := range law.Rules() {
		p := r.Provision()
		fmt.Fprintf(h, "%q %q %q %q %q\n", r.ID, r.Norms, r.Cite, r.Title, p.Reading)
		for _, l := range []string{"nb", "nn", "en"} {
			for _, code := range sorted(p.Words[l]) {
				fmt.Fprintf(h, "%s %s %q\n", l, code, p.Words[l][code])
			}
		}
	}
	return [sha256.Size]byte(h.Sum(nil))
})

// version is the digest of what made a letter beside its values: the texts, the words, the rules and the configuration.
func version(in *Input, texts []*Text) string {
	h := sha256.New()
	for _, t := range texts {
		fmt.Fprintf(h, "%s %x\n", t.Name, t.digest)
	}
	settings := *in.Settings
	settings.Calendar = nil // an address; what it holds is configuration of the calendar, and the dates follow from it
	fmt.Fprintf(h, "%s\n%x\n%+v\n%+v\n", phrasesText, rulesDigest(), *in.Contacts, settings)
	return fmt.Sprintf("%x", h.Sum(nil))
}

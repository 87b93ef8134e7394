package desk

import (
	"encoding/json"

	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
)

// LetterMessage is the kind of message a letter on a digital way is in the outbox.
const LetterMessage = "letter"

// A LetterOut is the body of the message of a letter: which letter, to whom, on what way.
type LetterOut struct {
	referral.Kept
	Entry      int        `json:"entry,omitempty"` // the entry that sent it; 0: the message's own
	Letter     law.Letter `json:"letter"`
	AnswerCode string     `json:"answer_code,omitempty"` // to a referrer: code list 9148
}

// Message makes the message of a letter.
func (l LetterOut) Message() (ledger.Message, error) {
	body, err := json.Marshal(l)
	return ledger.Message{Kind: LetterMessage, To: l.To, Body: body}, err
}

// sendOn finds the message that sends a letter on another digital way, in the transaction that records that the first one failed. The post and the person see theirs
// among the duties.
func sendOn(c *referral.LetterNotDelivered, e *referral.Event, log []referral.Entry) []ledger.Message {
	if e.Found.Next == nil || !e.Found.Next.Value.Digital() {
		return nil
	}
	entry := c.Letter
	if entry == 0 {
		state := referral.Fold(log)
		if d, ok := state.Delivery(0, c.To); ok {
			entry = d.Letter
		}
	}
	speaks := referral.Speaking(log)
	for i, l := range log {
		if l.Seq != entry || speaks[i] == nil {
			continue
		}
		inform, ok := speaks[i].Ask.(*referral.Inform)
		if !ok {
			return nil
		}
		for _, k := range inform.Kept {
			if k.To != c.To || k.Note == "" {
				continue
			}
			k.Channel = e.Found.Next.Value
			if m, err := (LetterOut{Kept: k, Entry: entry, Letter: inform.Letter}).Message(); err == nil { // plain values: there is nothing that can't be written
				return []ledger.Message{m}
			}
		}
	}
	return nil
}

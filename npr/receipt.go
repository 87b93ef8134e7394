package npr

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"rettid/clinic"
)

// A Receipt is what the registry answered to a message: an application receipt (AppRec 1.0 or 1.1), or its report of errors (the message NPR_ERR).
type Receipt struct {
	Kind     string         `json:"kind"` // apprec or report
	ID       string         `json:"id,omitempty"`
	Of       string         `json:"of"`               // MsgId of the message answered
	Number   string         `json:"number,omitempty"` // lopenr of it, where the report gives that instead
	Status   string         `json:"status,omitempty"` // list 8258: 1 taken, 2 rejected, 3 taken with errors in a part
	At       string         `json:"at,omitempty"`     // as it stands in the receipt
	Errors   []ReceiptError `json:"errors,omitempty"`
	MoreThan int            `json:"more_than,omitempty"` // errors beyond those kept
}

// A ReceiptError is one thing the registry found wrong.
type ReceiptError struct {
	Code  string `json:"code"`
	List  string `json:"list,omitempty"` // the code list; empty: the registry's own numbers
	Class string `json:"class,omitempty"`
	Text  string `json:"text,omitempty"`
	Row   string `json:"row,omitempty"`   // henvisningsperiodeID; empty: of the message
	Field string `json:"field,omitempty"` // the attribute
}

const maxReceiptErrors = 20000

// Rejected tells whether the message was not taken.
func (r *Receipt) Rejected() bool { return r.Status == "2" }

// ReadReceipt reads a receipt or a report of errors, alone or in an envelope. The report's schema (NPR(err)) is not open: its errors are read from any element whose
// name begins with Feil, by the attributes it has. The error is [*Problems].
func ReadReceipt(r io.Reader) (*Receipt, error) {
	fail := func(p *Problem) (*Receipt, error) { return nil, &Problems{First: []*Problem{p}, Total: 1} }
	src, wrong := open(r, 256<<20)
	if wrong != nil {
		return fail(wrong)
	}
	dec := xml.NewDecoder(src)
	dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	s := &scanner{src: src, dec: dec}
	var out Receipt
	var path []string
	var text strings.Builder
	row := ""
	for {
		s.line, s.column = dec.InputPos()
		src.mark(dec.InputOffset())
		tok, err := dec.Token()
		if err == io.EOF && len(path) == 0 && out.Kind != "" {
			break
		}
		if err != nil {
			var p *Problem
			s.path = path
			if errors.As(s.broken(err), &p) {
				if p.Code == "no-message" {
					p.Code = "no-receipt"
				}
				return fail(p)
			}
			return nil, s.broken(err)
		}
		switch t := tok.(type) {
		case xml.Directive:
			return fail(s.problem("doctype", "", ""))
		case xml.StartElement:
			if len(path) >= maxDepth || len(t.Attr) > maxAttributes {
				return fail(s.problem("too-deep", "", ""))
			}
			name := t.Name.Local
			path = append(path, name)
			text.Reset()
			switch {
			case name == "AppRec":
				out.Kind = "apprec"
			case name == "Melding" && out.Kind == "":
				out.Kind, out.Number = "report", get(t, "lopenr")
				if strings.HasSuffix(t.Name.Space, "_ord") {
					return fail(s.problem("no-receipt", "", ""))
				}
			case name == "Status" && out.Kind == "apprec":
				out.Status = strings.TrimSpace(get(t, "V"))
			case name == "Error" && out.Kind == "apprec":
				list := get(t, "S")
				list = list[strings.LastIndexByte(list, '.')+1:]
				out.add(ReceiptError{Code: get(t, "V"), List: first(list, "8221"), Text: receiptText(get(t, "OT"), get(t, "DN"))})
			case out.Kind == "report":
				if id := get(t, "henvisningsperiodeID", "henvPeriodeID"); id != "" {
					row = id
				}
				if strings.HasPrefix(name, "Feil") {
					code := get(t, "feilkode", "feilKode", "kode", "feilnr", "feilNr")
					words := get(t, "beskrivelse", "feilbeskrivelse", "feiltekst", "feilmelding", "tekst", "melding")
					if code != "" || words != "" {
						out.add(ReceiptError{Code: code, Class: get(t, "feilklasse", "feilKlasse", "klasse", "alvorlighet"), Text: receiptText(words, ""), Row: first(get(t, "henvisningsperiodeID"), row),
							Field: get(t, "attributt", "variabel", "felt")})
					}
				}
			}
		case xml.CharData:
			if text.Len() < 1000 {
				text.WriteString(clip(string(t)))
			}
		case xml.EndElement:
			parent := ""
			if len(path) > 1 {
				parent = path[len(path)-2]
			}
			path = path[:len(path)-1]
			v := strings.TrimSpace(text.String())
			switch t.Name.Local {
			case "Id":
				switch parent {
				case "OriginalMsgId":
					out.Of = v
				case "AppRec":
					out.ID = v
				}
			case "MsgId":
				out.ID = v
			case "RefToParent":
				if out.Of == "" {
					out.Of = v
				}
			case "GenDate":
				out.At = v
			case "Henvisning", "Henvisningsperiode":
				row = ""
			}
			text.Reset()
		}
	}
	if out.Kind == "report" && out.Status == "" {
		if out.Status = "1"; len(out.Errors) > 0 {
			out.Status = "3"
		}
	}
	if out.Kind == "apprec" {
		if _, known := clinic.CodeOf("8258", out.Status); !known {
			return fail(&Problem{Field: "Status", Value: shown(out.Status), Code: "status"})
		}
	}
	if out.Of == "" && out.Number == "" {
		return fail(&Problem{Code: "answers-nothing"})
	}
	return &out, nil
}

func (r *Receipt) add(e ReceiptError) {
	if len(r.Errors) >= maxReceiptErrors {
		r.MoreThan++
		return
	}
	r.Errors = append(r.Errors, e)
}

// receiptText is what the registry wrote, without what may be an identity number.
func receiptText(a, b string) string { return strings.TrimSpace(hideNumbers(first(a, b))) }

// hideNumbers takes runs of eleven digits and more out of a text.
func hideNumbers(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && s[j] >= '0' && s[j] <= '9' {
			j++
		}
		switch {
		case j-i >= 11:
			b.WriteString("…")
		case j > i:
			b.WriteString(s[i:j])
		default:
			b.WriteByte(s[i])
			j++
		}
		i = j
	}
	return b.String()
}

package post

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"rettid/day"
	"rettid/law"
)

// Folder is a way through a folder that another program empties: out/ has the letters, receipts/ what that program tells of them, done/ the receipts that are recorded.
//
// A letter is KEY.html, KEY.pdf when it was made, and last KEY.json, which says what they are: only with it is the letter complete. A receipt is a file in receipts/ whose
// name ends in .json, put there complete (written elsewhere, then renamed):
//
//	{"key": "HF-12-4-0", "delivered": true, "on": "2025-09-08"}
//	{"key": "HF-12-4-0", "delivered": false, "why": "no_mailbox"}
//
// The identity-free copy of a decision in the exception scheme is KEY.json alone, with the fixed fields of the copy under "copy".
//
// why is one of law.UndeliveredCodes. The folder holds names, identity numbers and letters: it is to be kept as the database is.
func Folder(dir string) (Way, error) {
	for _, sub := range []string{"out", "receipts", "done"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			return Way{}, fmt.Errorf("make the folder of letters: %w", err)
		}
	}
	names := make(map[string][]string) // the files of the receipts given, by their key
	return Way{
		Hand: func(_ context.Context, it Item) error { return putLetter(filepath.Join(dir, "out"), it) },
		Receipts: func(context.Context) ([]Receipt, error) {
			clear(names)
			return readReceipts(dir, names)
		},
		Taken: func(r Receipt) error {
			for _, name := range names[r.Key] {
				if err := os.Rename(filepath.Join(dir, "receipts", name), filepath.Join(dir, "done", name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
					return err
				}
			}
			return nil
		},
	}, nil
}

// letterFile is what stands in KEY.json.
type letterFile struct {
	Key      string     `json:"key"`
	Kind     law.Letter `json:"letter"`
	To       string     `json:"to"`
	Lang     string     `json:"lang"`
	Way      string     `json:"channel"`
	SHA256   string     `json:"sha256,omitempty"` // of KEY.html, in hexadecimal
	PDF      bool       `json:"pdf"`
	Code     string     `json:"answer_code,omitempty"`
	Receiver *receiver  `json:"receiver,omitempty"`

	Copy json.RawMessage `json:"copy,omitempty"` // of a decision in the exception scheme: there is no KEY.html then
}

type receiver struct {
	Name      string `json:"name"`
	Ident     string `json:"ident,omitempty"`
	IdentKind string `json:"ident_kind,omitempty"`
}

// putLetter writes a letter; one that stands there already, whole, is left.
func putLetter(dir string, it Item) error {
	if strings.ContainsAny(it.Key, `/\`) || strings.HasPrefix(it.Key, ".") {
		return fmt.Errorf("the key %q is no name of a file", it.Key)
	}
	if _, err := os.Stat(filepath.Join(dir, it.Key+".json")); err == nil {
		return nil
	}
	l := letterFile{Key: it.Key, Kind: it.Kind, To: it.To, Lang: it.Lang, Way: string(it.Way), SHA256: it.Digest, PDF: it.PDF != nil, Code: it.Code}
	if p := it.Receiver; p.ID != "" {
		l.Receiver = &receiver{Name: strings.TrimSpace(p.Given + " " + p.Family), Ident: p.Ident, IdentKind: p.IdentKind}
	}
	l.Copy = it.Copy
	about, err := json.MarshalIndent(l, "", "  ")
	if err != nil {
		return err
	}
	if it.Copy != nil {
		return putFile(dir, it.Key+".json", append(about, '\n'))
	}
	if err := putFile(dir, it.Key+".html", it.Page); err != nil {
		return err
	}
	if it.PDF != nil {
		if err := putFile(dir, it.Key+".pdf", it.PDF); err != nil {
			return err
		}
	}
	return putFile(dir, it.Key+".json", append(about, '\n'))
}

// putFile writes a file so that it is there whole or not at all, also when the machine stops.
func putFile(dir, name string, content []byte) error {
	f, err := os.CreateTemp(dir, ".new-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(content)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, name))
	}
	if err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// maxReceipt is more than any receipt needs.
const maxReceipt = 64 << 10

// readReceipts reads the receipts that have come. One that can't be read stays where it is, and the error says which; the others are given.
func readReceipts(dir string, names map[string][]string) ([]Receipt, error) {
	files, err := os.ReadDir(filepath.Join(dir, "receipts"))
	if err != nil {
		return nil, err
	}
	var out []Receipt
	var bad []error
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".json") || strings.HasPrefix(f.Name(), ".") || !f.Type().IsRegular() {
			continue
		}
		r, err := readReceiptFile(filepath.Join(dir, "receipts", f.Name()))
		if err != nil {
			bad = append(bad, fmt.Errorf("receipts/%s: %w", f.Name(), err))
			continue
		}
		names[r.Key] = append(names[r.Key], f.Name())
		out = append(out, r)
	}
	return out, errors.Join(bad...)
}

func readReceiptFile(name string) (Receipt, error) {
	f, err := os.Open(name)
	if err != nil {
		return Receipt{}, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxReceipt+1))
	if err != nil {
		return Receipt{}, err
	}
	return ParseReceipt(b)
}

// ParseReceipt reads one receipt.
func ParseReceipt(b []byte) (Receipt, error) {
	var in struct {
		Key       string          `json:"key"`
		Delivered *bool           `json:"delivered"`
		Why       law.Undelivered `json:"why"`
		On        string          `json:"on"`
	}
	if len(b) > maxReceipt {
		return Receipt{}, fmt.Errorf("it has more than %d bytes", maxReceipt)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return Receipt{}, fmt.Errorf("it is no receipt: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return Receipt{}, errors.New("something stands after the receipt: write one receipt to a file")
	}
	r := Receipt{Key: in.Key, Code: in.Why}
	if _, _, _, _, err := readKey(in.Key); err != nil {
		return Receipt{}, err
	}
	switch {
	case in.Delivered == nil:
		return Receipt{}, errors.New(`"delivered" is missing: write true or false`)
	case *in.Delivered && in.Why != "":
		return Receipt{}, errors.New(`"why" is of a letter that was not delivered: take it away, or write "delivered": false`)
	case !*in.Delivered && !slices.Contains(law.UndeliveredCodes, in.Why):
		return Receipt{}, fmt.Errorf(`"why" must be one of %v`, law.UndeliveredCodes)
	}
	r.Delivered = *in.Delivered
	if in.On != "" {
		on, err := day.Parse(in.On)
		if err != nil {
			return Receipt{}, fmt.Errorf(`"on": %w`, err)
		}
		r.On = on
	}
	return r, nil
}

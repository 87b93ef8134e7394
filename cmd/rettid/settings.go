package main

import (
	"fmt"
	"text/tabwriter"

	"rettid/law"
)

// SettingsCmd lists the points the sources leave open.
type SettingsCmd struct {
	Format   string   `enum:"text,json" default:"text" help:"Write text for people or JSON for programs (text, json)."`
	Settings string   `env:"RETTID_SETTINGS" placeholder:"FILE" help:"Show the values as this file sets them (${env})."`
	Set      []string `placeholder:"KEY=VALUE" help:"Show the values with this one set; may be repeated."`
}

type settingLine struct {
	Key     string   `json:"key"`
	Value   string   `json:"value"`
	Default string   `json:"default"`
	Values  string   `json:"values"`
	Rule    string   `json:"rule"`
	Says    string   `json:"says"`
	Used    []string `json:"used_by,omitempty"` // rules of the law that read it
}

func (c *SettingsCmd) Run(std *Stdio) error {
	s, err := DeskFlags{Settings: c.Settings, Set: c.Set}.settings()
	if err != nil {
		return badInput{err}
	}
	used := make(map[string][]string)
	for _, r := range law.Rules() {
		for _, key := range r.Uses {
			used[key] = append(used[key], r.ID)
		}
	}
	var lines []settingLine
	for _, d := range law.AllSettings() {
		lines = append(lines, settingLine{Key: d.Key, Value: s.Get(d.Key), Default: d.Default, Values: d.Values, Rule: d.Rule, Says: d.Says, Used: used[d.Key]})
	}
	if c.Format == "json" {
		return writeJSON(std, lines)
	}
	w := tabwriter.NewWriter(std.Out, 0, 0, 2, ' ', 0)
	for _, l := range lines {
		mark := ""
		if l.Value != l.Default {
			mark = " (default " + l.Default + ")"
		}
		fmt.Fprintf(w, "%s = %s%s\t%s\t%s\t%s\n", l.Key, l.Value, mark, l.Values, l.Rule, l.Says)
	}
	return w.Flush()
}

package preview

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/text/language"

	"github.com/go-mailhost/mailhost/tag"
)

// A Sample is the data of one page or mail template.
type Sample struct {
	Template string // the page, or the mail template, to execute
	Name     string // what the sample shows, such as "paid"; "" for the only one
	Locale   string // a BCP 47 tag such as "de"; "": none. Samples that differ only in it are switched between
	Data     any    // dot of the template

	// Options are what [tag.Set.Send] gets beside the data of a mail template, such as
	// its recipients where the template names none. A page has none.
	Options []tag.Option

	// Load makes the data anew for each page, instead of Data: for what is used up by
	// an execution, as an io.Reader is. nil: Data.
	Load func(ctx context.Context) (any, error)
}

// A key is what tells samples apart.
type key struct{ Template, Name, Locale string }

func (s Sample) key() key { return key{s.Template, s.Name, s.Locale} }

// String returns the sample as people are told of it.
func (k key) String() string {
	words := []string{k.Template}
	if k.Name != "" {
		words = append(words, k.Name)
	}
	if k.Locale != "" {
		words = append(words, "@"+k.Locale)
	}
	return strings.Join(words, " ")
}

// checkSamples returns what is wrong with the samples that the application gives.
func checkSamples(samples []Sample) error {
	given := map[key]bool{}
	for i, s := range samples {
		if err := s.check(); err != nil {
			return fmt.Errorf("preview: Config.Samples[%d]: %w", i, err)
		}
		if given[s.key()] {
			return fmt.Errorf("preview: Config.Samples[%d]: the sample %q is given twice: give each a Name or a Locale of its own", i, s.key())
		}
		given[s.key()] = true
	}
	return nil
}

func (s Sample) check() error {
	if s.Template == "" {
		return fmt.Errorf(`it has no Template: name a page or a mail template, such as "order.html"`)
	}
	if s.Load != nil && s.Data != nil {
		return fmt.Errorf("the sample %q has both Data and Load: give one", s.key())
	}
	if total := len(s.Template) + len(s.Name) + len(s.Locale); total > maxKey {
		return fmt.Errorf("template, name and locale of the sample have %d bytes together: at most %d fit an address", total, maxKey)
	}
	return checkLocale(s.Locale)
}

// maxKey is the length of a sample's template, name and locale together, in bytes.
const maxKey = 500

func checkLocale(locale string) error {
	if locale == "" {
		return nil
	}
	if _, err := language.Parse(locale); err != nil {
		return fmt.Errorf("the locale %q is no BCP 47 tag: write one such as \"de\" or \"pt-BR\"", locale)
	}
	return nil
}

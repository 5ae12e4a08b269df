package preview

// An option is one way to show something, among others.
type option struct {
	Label   string
	URL     string
	Current bool
}

// Choice returns options and what they are of, for the template "options".
func (mailPage) Choice(label string, options []option) any {
	return struct {
		Label   string
		Options []option
	}{label, options}
}

// neighbours returns the URLs of the mails before and after this one.
func (h *handler) neighbours(at address, of int) (earlier, later string) {
	n := at.Mail
	if at.Mail = n - 1; n > 1 {
		earlier = at.url(h.prefix, pageMail)
	}
	if at.Mail = n + 1; n < of {
		later = at.url(h.prefix, pageMail)
	}
	return earlier, later
}

// maxOptions bounds the samples that a page of a mail leads to.
const maxOptions = 100

// siblings returns the samples of the template by name, and those of this name by
// locale.
func (h *handler) siblings(at address, all []sample) (samples, locales []option) {
	named := map[string]bool{}
	for _, s := range all[:min(len(all), maxOptions)] {
		to := at.of(s)
		if !named[s.Name] {
			named[s.Name] = true
			samples = append(samples, option{orElse(s.Name, "unnamed"), to.url(h.prefix, pageMail), s.Name == at.Sample})
		}
		if s.Name == at.Sample {
			to.Mail = at.Mail // the same mail in another language
			locales = append(locales, option{orElse(s.Locale, "none"), to.url(h.prefix, pageMail), s.Locale == at.Locale})
		}
	}
	return several(samples), several(locales)
}

// several returns the options if there is a choice.
func several(options []option) []option {
	if len(options) < 2 {
		return nil
	}
	return options
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

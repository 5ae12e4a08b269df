package tag

import "testing"

// A mistake in one header line does not hide those of the lines below it; what follows
// from it is not reported.
func TestMistakesOfSeveralHeaderLines(t *testing.T) {
	for name, test := range map[string]struct {
		page string
		want []string
	}{
		"each line": {"{{with sendmail}}\nFrom: shop\nTo: ann@\nDate: now\nList-Id: {{.}}\nX_A: b\nSubject: s\nSubject: t\n\n{{.}}{{end}}", []string{
			`page.html:2:11: the header From holds no addresses: "shop": host: "shop" is no mailbox: no domain [ErrAddress]`,
			`page.html:3:9: the header To holds no addresses: "ann@": host: "ann@" is no mailbox: no domain [ErrAddress]`,
			`page.html:4:1: the header Date is written by MailHost itself [ErrOwnHeader]`,
			`page.html:5:12: a value stands in the header List-Id [ErrForbiddenValue]`,
			`page.html:6:1: "X_A" is no header name [ErrHeaderName]`,
			`page.html:8:8: the header Subject stands twice [ErrHeaderTwice]`,
		}},
		"indented": {"{{with sendmail}}\n\tFrom: \"shop\n\tTo: <ann@b\n\tCc: ann@\n\n\tx{{end}}", []string{
			`page.html:2:13: the line ends in quotes (From) [ErrAddress]`,
			`page.html:3:12: the line ends in angle brackets (To) [ErrAddress]`,
			`page.html:4:10: the header Cc holds no addresses: "ann@": host: "ann@" is no mailbox: no domain [ErrAddress]`,
		}},
		"below a blank line": {"{{with sendmail}}\n\nFrom: shop\nTo: ann@b.example\n\nx{{end}}", []string{
			`page.html:3:1: a blank line stands before the header line From: [ErrBlankLine]`,
			`page.html:3:11: the header From holds no addresses: "shop": host: "shop" is no mailbox: no domain [ErrAddress]`,
		}},
		"in a branch and behind it": {"{{with sendmail}}\nFrom: shop\n{{if .}}To: ann@\nBcc: bob@{{end}}\nCc: cy@\n\nx{{end}}", []string{
			`page.html:2:11: the header From holds no addresses: "shop": host: "shop" is no mailbox: no domain [ErrAddress]`,
			`page.html:3:17: the header To holds no addresses: "ann@": host: "ann@" is no mailbox: no domain [ErrAddress]`,
			`page.html:5:8: the header Cc holds no addresses: "cy@": host: "cy@" is no mailbox: no domain [ErrAddress]`,
		}},
		"what continues a line": {"{{with sendmail}}\nFrom: a@b.example, c@d.example,\n  e f\nTo: ann@\n\nx{{end}}", []string{
			`page.html:2:18: a comma stands in the header From [ErrAddress]`,
			`page.html:4:9: the header To holds no addresses: "ann@": host: "ann@" is no mailbox: no domain [ErrAddress]`,
		}},
		"and the body": {"{{with sendmail}}\nFrom: shop\nTo: ann@b.example\n\nx\n{{with part \"text/plain\"}}y{{end}}{{end}}", []string{
			`page.html:2:11: the header From holds no addresses: "shop": host: "shop" is no mailbox: no domain [ErrAddress]`,
			`page.html:5:1: text stands beside the parts of a mail [ErrTextBesideParts]`,
		}},
		"and an indented body": {"{{with sendmail}}\n  From: shop\n  To: ann@b.example\n\n  {{with part \"text/plain\"}}y{{end}}\n  x{{end}}", []string{
			`page.html:2:13: the header From holds no addresses: "shop": host: "shop" is no mailbox: no domain [ErrAddress]`,
			`page.html:6:3: text stands beside the parts of a mail [ErrTextBesideParts]`,
		}},
		"a body without a blank line": {"{{with sendmail}}\nFrom: a@b.example\nTo: c@d.example\nDear Ann,\nthank you {{.}}\nfor: all\n\nBye{{end}}", []string{
			`page.html:4:5: the header line "Dear" has no colon [ErrNoColon]`,
		}},
		"in a called template": {"{{define \"x\"}}To: ann@\nCc: cy@{{end}}{{with sendmail}}\nFrom: shop\n{{template \"x\"}}\n\nx{{end}}", []string{
			`page.html:1:23: the header To holds no addresses: "ann@": host: "ann@" is no mailbox: no domain, in a template that page.html:4:12 calls [ErrAddress]`,
			`page.html:3:11: the header From holds no addresses: "shop": host: "shop" is no mailbox: no domain [ErrAddress]`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseFS(files{"page.html": test.page}.fs(), "*.html")
			requireMistakes(t, test.want, err)
		})
	}
}

package manage

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"github.com/go-mailhost/mailhost/queue/decode"
)

// Bounds of what is told of the HTML of a mail.
const (
	maxTold    = 100 // addresses of each kind
	maxAddress = 500 // bytes of one
)

// A tamed HTML is that of a mail without what could do anything but be seen. The
// sandbox of the frame and its policy keep it from that as well: this is so that what
// they block can be counted, and that no one gap is enough.
type tamed struct {
	html    string
	blocked []string // addresses of what is not loaded
	links   []string // addresses that a reader could have followed
}

// dropped are the elements that are left out, void those of them that hold nothing,
// whole those that are left out with what they hold.
var (
	dropped = words("base meta link frame frameset iframe object embed applet portal param form input button select option " +
		"optgroup textarea keygen script noscript template animate set animatetransform animatemotion feimage use foreignobject")
	whole = words("script iframe object applet noembed noframes template")
)

func words(list string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(list) {
		set[word] = true
	}
	return set
}

// loads are the attributes whose address is loaded without a click, leads those whose
// address a click leads to.
var (
	loads = words("src srcset background poster data lowsrc dynsrc href xlink:href icon manifest cite longdesc profile")
	leads = words("action formaction ping")
)

// remote is an address of another place in a style sheet.
var remote = regexp.MustCompile(`(?i)(?:url\(\s*['"]?\s*|@import\s+['"])((?:[a-z][a-z0-9+.-]*:)?//[^\s'")]+)`)

// tagLike is what begins a tag or a comment.
var tagLike = regexp.MustCompile(`<([A-Za-z/!?])`)

// tame returns the HTML of a message, with its images in it.
func tame(m *decode.Message) tamed {
	var t tamed
	text, _ := m.Inlined()
	var out strings.Builder
	z := html.NewTokenizer(strings.NewReader(text))
	for inside := ""; ; { // the element that is left out with what it holds
		kind := z.Next()
		if kind == html.ErrorToken {
			t.html = out.String()
			return t
		}
		raw := string(z.Raw()) // which Token changes
		token := z.Token()
		switch {
		case inside != "":
			if kind == html.EndTagToken && token.Data == inside {
				inside = ""
			}
		case kind == html.TextToken:
			t.style(token.Data)
			// In a style sheet, which within a drawing is markup to some, this would begin a
			// tag; with a blank, it means the same to all others.
			out.WriteString(tagLike.ReplaceAllString(raw, "< $1"))
		case kind == html.CommentToken, kind == html.DoctypeToken: // nobody sees them
		case dropped[token.Data]:
			t.attributes(&token) // for the count
			if kind == html.StartTagToken && whole[token.Data] {
				inside = token.Data
			}
		default:
			t.attributes(&token)
			out.WriteString(token.String())
		}
	}
}

// attributes takes out what acts or leads elsewhere, and notes where to.
func (t *tamed) attributes(token *html.Token) {
	token.Attr = slices.DeleteFunc(token.Attr, func(a html.Attribute) bool {
		name := strings.ToLower(a.Key)
		if a.Namespace != "" {
			name = a.Namespace + ":" + name
		}
		value := strings.TrimSpace(a.Val)
		switch {
		case strings.HasPrefix(name, "on"), name == "target", name == "autofocus", name == "srcdoc":
			return true
		case name == "href" && (token.Data == "a" || token.Data == "area"):
			t.links = note(t.links, value)
			return true
		case name == "style":
			t.style(value)
		case loads[name] && !isPicture(value):
			if value != "" && !strings.HasPrefix(value, "#") {
				t.blocked = note(t.blocked, value)
			}
			return true
		case leads[name]:
			return true
		}
		return false
	})
}

// style notes what a style sheet would load; the frame's policy keeps it from that.
func (t *tamed) style(text string) {
	for _, match := range remote.FindAllStringSubmatch(text, maxTold) {
		t.blocked = note(t.blocked, match[1])
	}
}

// isPicture tells whether the address is an image itself.
func isPicture(address string) bool {
	return strings.HasPrefix(strings.ToLower(address), "data:image/")
}

// note adds an address, once, while there is room.
func note(list []string, address string) []string {
	address = address[:min(len(address), maxAddress)]
	if len(list) >= maxTold || slices.Contains(list, address) {
		return list
	}
	return append(list, address)
}

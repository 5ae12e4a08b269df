package tag

import (
	"context"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

// edited composes a plain mail that a function changes.
func edited(t testing.TB, edit func(*Message)) (*queue.Mail, error) {
	t.Helper()
	set, err := editing(edit).ParseFS(files{"page.html": "{{with sendmail}}\nFrom: Shop <shop@acme.example>\nTo: ann@example.com\nSubject: s\nX-A: a\n\nx\n{{end}}"}.fs(), "*.html")
	require.NoError(t, err)
	mails, err := set.Compose(context.Background(), "page.html", nil)
	if err != nil {
		return nil, err
	}
	require.Len(t, mails, 1)
	return mails[0].Mail, nil
}

func addressesNumbered(n int) []mail.Address {
	list := make([]mail.Address, n)
	for i := range list {
		list[i].Address = strings.Repeat("a", i%60+1) + "@" + strings.Repeat("b", i/60+1) + ".example"
	}
	return list
}

// What a function leaves is checked by the rules of what templates write.
func TestEditLeavesMistakes(t *testing.T) {
	header := func(name, value string) func(*Message) {
		return func(m *Message) { m.Header = append(m.Header, Field{name, value}) }
	}
	for name, test := range map[string]struct {
		edit func(*Message)
		want string
	}{
		"no From":               {func(m *Message) { m.From = mail.Address{} }, "the mail has no From"},
		"From, a name alone":    {func(m *Message) { m.From.Address = "" }, `From: host: "" is no mailbox`},
		"From, bad":             {func(m *Message) { m.From.Address = "shop" }, `From: host: "shop" is no mailbox`},
		"From, two lines":       {func(m *Message) { m.From.Address = "a@b.example>\r\nBcc: <c@d.example" }, "From: host: "},
		"To, bad":               {func(m *Message) { m.To[0].Address = "a" }, `To: host: "a" is no mailbox`},
		"To, empty":             {func(m *Message) { m.To = append(m.To, mail.Address{}) }, `To: host: "" is no mailbox`},
		"To, two lines":         {func(m *Message) { m.To[0].Address = "a@b.example\r\nBcc: c@d.example" }, "To: host: "},
		"To, command":           {func(m *Message) { m.To[0].Address = "a@b.example> NOTIFY=NEVER" }, "To: host: "},
		"Cc, bad":               {func(m *Message) { m.Cc = []mail.Address{{Address: "a@b>"}} }, "Cc: host: "},
		"Bcc, bad":              {func(m *Message) { m.Bcc = []mail.Address{{Address: "a@"}} }, "Bcc: host: "},
		"Reply-To, bad":         {func(m *Message) { m.ReplyTo = []mail.Address{{Name: "x"}} }, "Reply-To: host: "},
		"no recipient":          {func(m *Message) { m.To = nil }, "the mail has no recipient"},
		"too many recipients":   {func(m *Message) { m.Bcc = addressesNumbered(100) }, "the mail has more than 100 recipients"},
		"ReturnPath, bad":       {func(m *Message) { m.ReturnPath = "x" }, "ReturnPath: "},
		"ReturnPath, two lines": {func(m *Message) { m.ReturnPath = "a@b.example\r\nRCPT TO:<c@d>" }, "ReturnPath: "},
		"Subject, two lines":    {func(m *Message) { m.Subject = "x\r\nBcc: c@d.example" }, `the Subject "x\r\nBcc: c@d.example" has a line break or a control character: take it out`},
		"Subject, NUL":          {func(m *Message) { m.Subject = "x\x00" }, "the Subject"},
		"header, two lines":     {header("X-B", "x\nBcc: c@d.example"), `the header X-B has a line break or a control character in its value "x\nBcc: c@d.example": take it out`},
		"header, CR":            {header("X-B", "x\ry"), "the header X-B has a line break"},
		"header, NUL":           {header("X-B", "x\x00y"), "the header X-B has a line break"},
		"header, DEL":           {header("X-B", "x\x7fy"), "the header X-B has a line break"},
		"header, no name":       {header("", "x"), `"" is no header name`},
		"header, name in two":   {header("X-B: x\r\nBcc", "c@d.example"), "is no header name: a name has letters, digits and hyphens"},
		"header, name, blank":   {header("X-B ", "x"), `"X-B " is no header name`},
		"header, name, long":    {header("X-"+strings.Repeat("b", 53), "x"), "is no header name"},
		"header, unknown":       {header("Colour", "x"), "the header Colour is not known here"},
		"header, Date":          {header("date", "x"), "the header date is written by MailHost itself"},
		"header, Message-ID":    {header("Message-ID", "<x@y>"), "written by MailHost itself"},
		"header, Content-Type":  {header("Content-Type", "text/html"), "written by MailHost itself"},
		"header, MIME-Version":  {header("MIME-Version", "1.0"), "written by MailHost itself"},
		"header, DKIM":          {header("DKIM-Signature", "x"), "written by MailHost itself"},
		"header, From":          {header("from", "x@y.example"), "the header From stands in Message.Header: set Message.From"},
		"header, To":            {header("To", "x@y.example"), "set Message.To"},
		"header, Cc":            {header("Cc", "x@y.example"), "set Message.Cc"},
		"header, Bcc":           {header("BCC", "x@y.example"), "set Message.Bcc"},
		"header, Reply-To":      {header("Reply-To", "x@y.example"), "set Message.ReplyTo"},
		"header, Subject":       {header("Subject", "x"), "set Message.Subject"},
		"header, Return-Path":   {header("Return-Path", "<>"), "written by MailHost itself"},
		"Sender, two":           {header("Sender", "a@b.example, c@d.example"), "the mail has more than one Sender address"},
		"Sender, bad":           {header("Sender", "x"), "Sender: "},
		"keyword":               {header("Importance", "very"), "Importance: "},
		"not ASCII":             {header("List-Id", "ä"), "List-Id: "},
		"References":            {header("References", "x"), "References: "},
		"once only":             {func(m *Message) { m.Header = []Field{{"Importance", "low"}, {"importance", "high"}} }, "the header Importance was written twice"},
		"headers, large":        {header("X-B", strings.Repeat("word ", 30000)), "at most 102400 are allowed"},
		"Date, zero":            {func(m *Message) { m.Date = time.Time{} }, "the Date is zero: leave it as it was, or set a time"},
		"Date, early":           {func(m *Message) { m.Date = time.Date(1899, 12, 31, 0, 0, 0, 0, time.UTC) }, "the Date is in the year 1899: use one from 1900 to 9999"},
		"Date, late":            {func(m *Message) { m.Date = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }, "the Date is in the year 10000"},
		"Date, zone":            {func(m *Message) { m.Date = m.Date.In(time.FixedZone("x", 24*3600)) }, "the Date has a zone of 24h0m0s: use one of less than 24 hours"},
		"Date, zone, west":      {func(m *Message) { m.Date = m.Date.In(time.FixedZone("x", -30*3600)) }, "the Date has a zone of -30h0m0s"},
		"MessageID, none":       {func(m *Message) { m.MessageID = "" }, "MessageID: the Message-ID is empty"},
		"MessageID, <>":         {func(m *Message) { m.MessageID = "<a@b>" }, `MessageID: "<a@b>" is no Message-ID: one is left@right`},
		"MessageID, two":        {func(m *Message) { m.MessageID = "a@b> <c@d" }, "MessageID: "},
		"MessageID, two lines":  {func(m *Message) { m.MessageID = "a@b>\r\nBcc: <c@d" }, "MessageID: "},
		"MessageID, long":       {func(m *Message) { m.MessageID = strings.Repeat("a", 990) + "@b" }, "MessageID: "},
		"part, unknown":         {func(m *Message) { m.Parts[0].Type = "text/x" }, `there is no part of type "text/x"`},
		"part, two lines":       {func(m *Message) { m.Parts[0].Type = "text/plain\r\nX: y" }, "there is no part of type"},
		"part, twice":           {func(m *Message) { m.Parts = append(m.Parts, m.Parts[0]) }, "two parts of type text/plain"},
		"mail, large":           {func(m *Message) { m.Parts[0].Text = strings.Repeat("x", defaultMaxSize) }, "the mail is larger than 26214400 bytes"},
		"files, many":           {func(m *Message) { m.Files = make([]File, 101) }, "the mail has 101 files"},
		"file, name":            {func(m *Message) { m.Files = []File{{Name: "a\r\nX: y"}} }, "the file name"},
		"file, type":            {func(m *Message) { m.Files = []File{{Name: "a", Type: "text/html\r\nX: y"}} }, "cannot be the type of a file"},
		"file, multipart":       {func(m *Message) { m.Files = []File{{Name: "a", Type: "message/rfc822"}} }, "cannot be the type of a file"},
		"file, Content-ID":      {func(m *Message) { m.Parts[0].Type, m.Files = typeHTML, []File{{Name: "a", ContentID: "x>\r\nX: y"}} }, "the Content-ID"},
		"image without HTML":    {func(m *Message) { m.Files = []File{{Name: "a", ContentID: "x"}} }, "no HTML part"},
		"lane":                  {func(m *Message) { m.Lane = 7 }, "there is no lane(7): use queue.Normal, queue.Immediate or queue.Bulk"},
		"expired":               {func(m *Message) { m.Expires = time.Now().Add(-time.Hour) }, "before it may be sent"},
		"expires before due":    {func(m *Message) { m.NotBefore = time.Now().Add(2 * time.Hour); m.Expires = m.NotBefore }, "before it may be sent"},
		"NotBefore, late":       {func(m *Message) { m.NotBefore = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }, "NotBefore: the time is in the year 10000: use one up to 9999"},
		"Expires, late":         {func(m *Message) { m.Expires = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }, "Expires: the time is in the year 10000"},
		"key, blank":            {func(m *Message) { m.Key = " " }, "the key is empty"},
		"key, long":             {func(m *Message) { m.Key = strings.Repeat("k", 201) }, "the key has 201 bytes: use at most 200"},
		"route, blank":          {func(m *Message) { m.Route = " " }, "the route is empty"},
		"route, long":           {func(m *Message) { m.Route = strings.Repeat("r", 101) }, "the route has 101 bytes: use at most 100"},
		"route, line break":     {func(m *Message) { m.Route = "a\nb" }, "has a control character"},
		"meta, no key":          {func(m *Message) { m.Meta[""] = "x" }, "the key of meta is empty"},
		"meta, large":           {func(m *Message) { m.Meta["a"] = strings.Repeat("x", 4<<10) }, "the values of meta have 4097 bytes with their keys: use at most 4096"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := edited(t, test.edit)
			require.ErrorContains(t, err, "tag: page.html:1:8: as Config.Edit left it: ")
			require.ErrorContains(t, err, test.want)
			require.Less(t, len(err.Error()), 500)
		})
	}
}

func TestEditChangesTheMail(t *testing.T) {
	then := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	m, err := edited(t, func(m *Message) {
		m.Source = Source{}
		m.From = mail.Address{Name: "Grüße\r\nBcc: x@y.example", Address: "böb@acme.example"}
		m.ReplyTo = []mail.Address{{Address: "r@b.example"}, {Name: "R", Address: "r r@b.example"}}
		m.To = append(m.To, mail.Address{Name: "B", Address: `"b b"@Bücher.example`}, m.To[0])
		m.Cc = []mail.Address{{Address: "c@b.example"}}
		m.Bcc = []mail.Address{{Address: "d@b.example"}, {Address: "C@b.example"}}
		m.ReturnPath = "<>"
		m.Subject = "[staging] " + m.Subject
		m.Header = []Field{{"x-b", " ä "}, {"X-Empty", " "}, {"Sender", "Bot <s@b.example>"}, {"auto-submitted", "no"}, {"X-B", ""}}
		m.Date = time.Date(2027, 1, 31, 8, 0, 0, 0, time.FixedZone("", 3600))
		m.MessageID = "x@y"
		m.Parts = append(m.Parts, Part{typeHTML, "<b>x</b><script>"})
		m.Files = []File{{Name: "../a.txt", Data: []byte("a")}}
		m.Lane, m.NotBefore, m.Expires = queue.Bulk, then, then.Add(time.Hour)
		m.Key, m.Once, m.Route = "k", true, "r"
		m.Meta["a"] = "1"
	})
	require.NoError(t, err)
	require.Empty(t, m.From)
	require.Equal(t, []string{"ann@example.com", `"b b"@xn--bcher-kva.example`, "c@b.example", "d@b.example", "C@b.example"}, m.To)
	require.Equal(t, queue.Mail{
		Envelope: m.Envelope, Lane: queue.Bulk, NotBefore: then, Expires: then.Add(time.Hour), Key: "k", Once: true,
		Subject: "[staging] s", Meta: map[string]string{"a": "1"},
	}, *m)
	require.Equal(t, "r", m.Route)
	got := decoded(t, m)
	require.Equal(t, "<b>x</b><script>", strings.TrimSpace(got.HTML))
	require.Len(t, got.Attachments, 1)
	require.Equal(t, "a.txt", got.Attachments[0].Name)
	header, _, _ := strings.Cut(string(m.Data), "MIME-Version")
	require.Equal(t, strings.ReplaceAll(`From: =?utf-8?b?R3LDvMOfZSBCY2M6IHhAeS5leGFtcGxl?= <böb@acme.example>
Sender: Bot <s@b.example>
Reply-To: r@b.example, R <"r r"@b.example>
To: ann@example.com, B <"b b"@xn--bcher-kva.example>, ann@example.com
Cc: c@b.example
Subject: [staging] s
Date: Sun, 31 Jan 2027 08:00:00 +0100
Message-ID: <x@y>
X-B: =?utf-8?b?w6Q=?=
Auto-Submitted: no
`, "\n", "\r\n"), header)
}

// A net/mail address is one, whatever it holds: all before its last @ is a local part
// without its quotes.
func TestEditAddressIsOne(t *testing.T) {
	m, err := edited(t, func(m *Message) { m.To[0].Address = "a@b.example, c@d.example" })
	require.NoError(t, err)
	require.Equal(t, []string{`"a@b.example, c"@d.example`}, m.To)
}

// What a mail had and a function took away is gone.
func TestEditEmptiesTheMail(t *testing.T) {
	set, err := editing(func(m *Message) {
		*m = Message{From: mail.Address{Address: "a@b.example"}, To: []mail.Address{{Address: "c@d.example"}}, Date: m.Date, MessageID: m.MessageID}
	}).ParseFS(files{"page.html": everything, "logo.png": "\x89PNG", "a.csv": "a,b"}.fs(), "*.html")
	require.NoError(t, err)
	mails, err := set.Compose(context.Background(), "page.html", "Ann")
	require.NoError(t, err)
	m := mails[0].Mail
	require.Equal(t, queue.Mail{Envelope: m.Envelope}, *m)
	require.Equal(t, "a@b.example", m.From)
	require.Equal(t, []string{"c@d.example"}, m.To)
	require.Empty(t, m.Route)
	var names []string
	for name := range readMail(t, m).header {
		names = append(names, name)
	}
	require.ElementsMatch(t, []string{"From", "To", "Date", "Message-Id", "Auto-Submitted", "Mime-Version", "Content-Type", "Content-Transfer-Encoding"}, names)
}

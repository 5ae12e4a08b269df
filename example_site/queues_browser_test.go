package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// eval reads the value of an expression on the page, and returns false where the page
// goes away meanwhile.
func (b *browser) eval(expression string, value any) bool {
	b.t.Helper()
	var answer spoken
	select {
	case answer = <-b.send(b.session, "Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true}):
	case <-time.After(patience):
		b.t.Fatalf("Chromium does not answer %s", expression)
	}
	var got struct {
		Result struct{ Value json.RawMessage }
	}
	if answer.Error != nil || json.Unmarshal(answer.Result, &got) != nil || got.Result.Value == nil {
		return false
	}
	require.NoError(b.t, json.Unmarshal(got.Result.Value, value), expression)
	return true
}

// reads waits until the words stand on the page.
func (b *browser) reads(words string) {
	b.t.Helper()
	b.until("document.body?.innerText.includes(" + strconv.Quote(words) + ")")
}

// until waits until the expression is true on the page, which may change meanwhile.
func (b *browser) until(expression string) {
	b.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(patience); ; {
		var yes bool
		if b.eval("document.readyState === 'complete' && !!("+expression+")", &yes) && yes {
			return
		}
		select {
		case <-tick.C:
		case <-late:
			var text string
			b.eval("document.body.innerText", &text)
			b.t.Fatalf("never true: %s on\n%s", expression, text)
		}
	}
}

// click clicks on the first link, button, label or field that has these words, or
// that a selector finds.
func (b *browser) click(what string) {
	b.t.Helper()
	find := fmt.Sprintf(`(() => {
		const what = %s, main = [...document.querySelectorAll('main a, main button, main label, header a, summary')];
		return main.find((e) => e.innerText.trim().startsWith(what)) ?? (/^[#.\[]/.test(what) ? document.querySelector(what) : null);
	})()`, strconv.Quote(what))
	b.until(find)
	var at struct{ X, Y float64 }
	found := b.eval(`(() => { const e = `+find+`; e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect();
		return {x: r.x + Math.min(r.width, 40) / 2, y: r.y + r.height / 2}; })()`, &at)
	require.True(b.t, found, what)
	for _, kind := range []string{"mousePressed", "mouseReleased"} {
		b.call(b.session, "Input.dispatchMouseEvent", map[string]any{"type": kind, "x": at.X, "y": at.Y, "button": "left", "clickCount": 1}, nil)
	}
}

// press presses a key.
func (b *browser) press(key string) {
	b.t.Helper()
	text := key
	if key == "Enter" {
		text = "\r"
	}
	b.call(b.session, "Input.dispatchKeyEvent", map[string]any{"type": "keyDown", "key": key, "text": text}, nil)
	b.call(b.session, "Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "key": key}, nil)
}

// fill puts a text into a field.
func (b *browser) fill(selector, text string) {
	b.t.Helper()
	b.click(selector)
	b.until("document.querySelector(" + strconv.Quote(selector) + ").select() ?? true")
	b.call(b.session, "Input.insertText", map[string]any{"text": text}, nil)
}

// An operator's day: find why a mail failed and send it to the right address, stop a
// newsletter, see and pause the relay, send a test mail.
func TestAnOperatorInABrowser(t *testing.T) {
	_, base := openShop(t, options{}) // it is closed once the browser is, whose streams it waits for
	b := startBrowser(t)
	status, _ := post(t, base+"/order", orderOf("550@example.com"))
	require.Equal(t, 200, status)
	status, _ = post(t, base+"/newsletter", url.Values{"subject": {"News"}, "text": {"A new hole."}})
	require.Equal(t, 200, status)
	seen(t, base+"/queues/failed", "550@example.com")

	b.load(base + "/queues/")
	b.done()
	b.reads("Queues")
	b.click("failed")
	b.reads("refused, as this address asks")
	b.click("Order")
	b.reads("permanent: 550 5.0.0 refused")
	b.click("Edit recipients…")
	b.fill("#to", "ann@example.com")
	b.click("Queue the new mail")
	b.reads("Queued as a new mail")
	b.until("document.querySelector('#facts').innerText.startsWith('sent')") // by itself
	seen(t, base+"/inbox", "ann@example.com")

	b.click("All mail")
	b.fill("#q", "subject:News")
	b.press("Enter")
	b.reads("5 found")
	b.click("all found")
	b.click("Hold…")
	b.reads("Hold 5 mails?")
	b.click("Hold: 5 mails")
	b.reads("5 mails are held.")

	b.click("held")
	b.reads("stopped by an operator")
	b.press("j")
	b.press("x")
	b.reads("1 marked")
	b.click("Release…")
	b.reads("Release 1 mail?")
	b.click("Release: 1 mail")
	b.reads("1 mail is released.")
	b.press("a")
	b.reads("4 marked")
	b.click("Delete…")
	b.click("Delete: 4 mails")
	b.reads("4 mails are deleted.")
	b.reads("This queue is empty.")

	b.click("deferred")
	b.click("#mails [name=id]")
	b.click("Reschedule…")
	b.click("Reschedule: 1 mail")
	b.reads("1 mail is rescheduled.")
	b.click("#mails [name=id]")
	b.click("Retry now…")
	b.click("Retry now: 1 mail")
	b.reads("1 mail is due now.")

	b.click("Overview")
	b.click("Pause")
	b.reads("The route is paused")
	b.reads("paused")
	b.click("Resume")
	b.reads("The route is resumed")
	require.Empty(t, b.done(), "no error, no dialog, nothing from elsewhere")
	b.click("Pause all sending")
	b.until("true")
	require.Equal(t, []string{"dialog Pause all routes? No mail is sent until you resume."}, b.done())
	status, page := get(t, base+"/queues/")
	require.Equal(t, 200, status)
	require.NotContains(t, page, "All routes are paused", "the dialog was dismissed")

	b.fill("#test-to", "bob@example.com")
	b.press("Enter")
	b.reads("The test mail is queued.")
	b.until("document.querySelector('#facts').innerText.startsWith('sent')")
	b.click("Log")
	for _, words := range []string{"demo", "requeue", "hold", "release", "delete", "reschedule", "retry", "pause", "resume", "test"} {
		b.reads(words)
	}

	b.click("Overview")
	b.until("document.querySelector('#nav-failed').textContent === '1'")
	status, _ = post(t, base+"/order", orderOf("550@example.com"))
	require.Equal(t, 200, status)
	b.until("document.querySelector('#nav-failed').textContent === '2'") // by itself
	b.until("document.querySelector('#queues .failed').closest('tr').innerText.includes('2')")
	require.Empty(t, b.done())
}

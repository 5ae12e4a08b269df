package tag

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The bytes of a template that is not UTF-8 reach neither the mail nor what the queue
// keeps beside it.
func TestTemplateOfAnotherCharset(t *testing.T) {
	m := one(t, shopMail(toVictim+"Subject: Gr\xfc\xdfe\nX-A: \xfc\n\n\xfc"), nil)
	require.Equal(t, "Gr\uFFFDe", m.Subject)
	require.Equal(t, "Gr\uFFFDe", readMail(t, m).subject(t))
}

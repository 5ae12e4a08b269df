package compose

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHides(t *testing.T) {
	for _, style := range []string{
		"display:none",
		"DISPLAY : None",
		"color:red;display:none;",
		"display:none!important",
		"visibility: hidden",
		"font-size:0",
		"font-size:0px; line-height:0",
		"max-height:0px",
		"opacity:0",
	} {
		require.True(t, hides(style), style)
	}
	for _, style := range []string{
		"",
		"display:block",
		"display",
		"x-display:none",
		"font-size:10px",
		"font-size:0.9em",
		"max-height:none",
		"opacity:0.5",
		"background:url(display:none)",
		"mso-hide:all", // only Outlook hides it
	} {
		require.False(t, hides(style), style)
	}
}

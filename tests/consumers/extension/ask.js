globalThis.outcome = await chrome.runtime.sendMessage("begin");

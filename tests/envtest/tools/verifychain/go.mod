module verifychain

go 1.19

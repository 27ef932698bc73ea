import Testing

@testable import DashboardProxy

struct SecretTests {
    @Test func aSecretIsDrawnAnewEachTime() {
        let secrets = (0..<100).map { _ in Secret().text }
        #expect(Set(secrets).count == 100)
        for secret in secrets {
            #expect(secret.count == 64)
            #expect(secret.allSatisfy { $0.isHexDigit })
        }
        #expect(Set(secrets.flatMap { Array($0) }).count == 16)
    }

    @Test func onlyTheWholeSecretMatches() {
        let secret = Secret()
        #expect(secret.matches(secret.text))
        #expect(!secret.matches(""))
        #expect(!secret.matches(secret.text.dropLast()))
        #expect(!secret.matches(secret.text + "0"))
        for place in 0..<64 {
            var digits = Array(secret.text)
            digits[place] = digits[place] == "0" ? "1" : "0"
            #expect(!secret.matches(String(digits)))
        }
    }
}

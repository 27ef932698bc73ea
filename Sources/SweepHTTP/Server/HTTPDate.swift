/// A time in the header `Date` (RFC 9110, 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// - Parameter seconds: since 1970, at least 0.
    static func text(_ seconds: Int) -> String {
        let (day, time) = (max(0, seconds) / 86400, max(0, seconds) % 86400)
        // Days to a date: years begin in March, so that a leap day is the last of its year
        // (https://howardhinnant.github.io/date_algorithms.html#civil_from_days).
        let shifted = day + 719_468
        let (era, ofEra) = (shifted / 146_097, shifted % 146_097)
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * ofYear + 2) / 153
        let ofMonth = ofYear - (153 * month + 2) / 5 + 1
        let number = month < 10 ? month + 2 : month - 10
        let year = yearOfEra + era * 400 + (number < 2 ? 1 : 0)
        return "\(days[day % 7]), \(two(ofMonth)) \(months[number]) \(year) "
            + "\(two(time / 3600)):\(two(time / 60 % 60)):\(two(time % 60)) GMT"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}

"""Notices of absence without a sign in the headers, and customers whose subject merely begins so."""

import pytest

from mail_ingest.parsing import parse_mail

NOTICES = [
    (
        "Nieobecna: Odpowiedź z ZUS",
        "Dzień dobry, do 14 czerwca jestem nieobecna. W pilnych sprawach proszę o kontakt z Anną Wzorcową.",
    ),
    ("Nieobecny do 12.06", "Jestem na urlopie do 12 czerwca. Odpowiem po powrocie."),
    ("Poza biurem", "Dziękuję za wiadomość. Obecnie jestem poza biurem, wracam 8 lipca."),
    ("poza biurem do wtorku", "Nie ma mnie w biurze. Odpiszę we wtorek."),
    ("Jestem na urlopie: Re: Sprawa", "Przebywam na urlopie do końca tygodnia. Zastępuje mnie Jan Próbny."),
    ("Urlop", "Jestem na urlopie do 3 sierpnia, nie mam dostępu do poczty."),
    ("Odpowiedz automatyczna: Re: Pytanie", "Będę w biurze w czwartek."),
    ("Odpowiedź automatyczna", "Potwierdzamy otrzymanie wiadomości."),
    ("Autoodpowiedź", "Dziękujemy."),
    ("Autoodpowiedz: Re: x", "Dziekujemy."),
    ("Nieobecnosc", "W dniach 1-5.07 jestem nieobecny, wiadomosc nie zostanie przekazana. Wroce 6.07."),
    ("RE: Nieobecność", "Będę nieobecna do piątku. W sprawach pilnych: biuro@example.org"),
    ("Przerwa urlopowa", "Nasza firma nieczynna do 15.08. Biuro nieczynne, odpowiemy po powrocie."),
    ("Away: Re: Your letter", "I am away until Monday and will reply when I return."),
    ("On vacation", "I'm on vacation with limited access to e-mail. In urgent matters please contact Jan."),
    ("Urlaub", "Ich bin bis 3. August im Urlaub. In dringenden Fällen wenden Sie sich an Jan."),
    ("Abwesend: Ihr Schreiben", "Ich bin vom 1. bis 5. Juli nicht im Büro. Ihre Nachricht wird nicht weitergeleitet."),
    ("Відпустка", "Я у відпустці до понеділка. У термінових справах звертайтеся до Івана."),
    ("Відсутня: лист", "Мене немає на роботі. Відповім після повернення."),
]
CUSTOMERS = [
    ("Urlop macierzyński", "Jestem na urlopie macierzyńskim od maja. Proszę o informację o wypłacie."),
    ("Urlop wychowawczy", "Jestem na urlopie wychowawczym do 2027 roku, kiedy wracam do pracy."),
    ("Nieobecność w pracy a zasiłek", "Byłam nieobecna trzy dni, pracodawca nie zapłacił."),
    ("Nieobecna w pracy z powodu choroby - pytanie", "Jestem nieobecna od 3 czerwca. Co mam złożyć?"),
    ("Nieobecny w domu podczas kontroli", "Nie było mnie w domu w czasie kontroli, byłem u lekarza."),
    ("Nieobecny na badaniu", "Byłem nieobecny na badaniu u orzecznika. W załączeniu zaświadczenie."),
    ("Urlop bezpłatny", "Jestem na urlopie bezpłatnym do końca roku. Czy mam ubezpieczenie?"),
    (
        "Jestem na urlopie rodzicielskim",
        "Jestem na urlopie i chcę podjąć pracę na pół etatu, po powrocie zmienię umowę.",
    ),
    ("Na urlopie zachorowałam", "Jestem na urlopie do 12 lipca i zachorowałam. Lekarz wystawił zwolnienie."),
    ("Poza biurem ZUS", "Chcę złożyć dokumenty poza biurem, przez internet. Bardzo proszę o pomoc."),
    ("Poza biurem - praca zdalna a wypadek", "Pracowałem poza biurem i złamałem nogę."),
    ("Wakacje składkowe", "Chcę złożyć wniosek o wakacje składkowe za lipiec."),
    ("Wakacje w Niemczech a L4", "Jestem na zwolnieniu i wyjeżdżam. W razie czego proszę o kontakt telefoniczny."),
    ("Zwolnienie lekarskie", "Jestem na zwolnieniu do 5 lipca. Kiedy dostanę pieniądze?"),
    ("Nieobecność", ""),
    ("Urlop", "Pracodawca nie chce mi go dać."),
    ("Nieobecny płatnik", "Mój pracodawca zniknął, nie ma go pod adresem. Co ze składkami."),
    ("Przerwa świąteczna w urzędzie", "Kiedy jesteście nieczynni?"),
    ("Vacation and sick leave", "I am on vacation and got ill. Am I entitled to the benefit?"),
    ("Maternity leave", "I am on maternity leave and will return in May. Please send me the form."),
    ("Urlaub und Krankengeld", "Ich bin im Urlaub krank geworden. Habe ich Anspruch auf Krankengeld?"),
    ("Відпустка по догляду за дитиною", "Я у відпустці по догляду. Підкажіть, які виплати мені належать?"),
    ("Отпуск по беременности", "Я в отпуске с мая. Подскажите, когда будет пособие."),
    ("Automatyczne zawieszenie świadczenia", "Świadczenie zawieszono automatycznie, proszę o wyjaśnienie."),
]


def is_automatic(subject: str, text: str, headers: str = "") -> bool:
    raw = f"From: a@example.org\nSubject: {subject}\n{headers}Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    return parse_mail(raw.encode()).auto_submitted


@pytest.mark.parametrize(("subject", "text"), NOTICES)
def test_notice_of_absence_is_known_without_headers(subject: str, text: str) -> None:
    assert is_automatic(subject, text)


@pytest.mark.parametrize(("subject", "text"), CUSTOMERS)
@pytest.mark.parametrize("headers", ["", "In-Reply-To: <list@zus.pl>\n"])
def test_customer_who_writes_of_an_absence_is_no_program(subject: str, text: str, headers: str) -> None:
    assert not is_automatic(subject, text, headers)


def test_long_letter_is_no_notice_whatever_it_says() -> None:
    assert not is_automatic("Urlop", "Jestem na urlopie do 3 maja, odpiszę po powrocie. " * 30)

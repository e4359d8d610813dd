"""The codes of the lint: a flow that has the mistake, at the line that ends with ``  # here``, and
one that has not. The page of the diagnostics shows them too."""

from __future__ import annotations

LINTS = [
    (
        "unmapped-key",
        """
        sections:
          main:
            - answer
            - menu:
                prompt: Press 1 for sales, or 3 for support.  # here
                keys: {1: sales}
              exits: {else: hangup}
          sales:
            - say: Sales will call you back.
        """,
        """
        keys: {9: again}
        sections:
          main:
            - answer
            - menu:
                prompt: Press 1 for sales, or 3 for support. To hear this again, press 9.
                keys: {1: sales, 3: support}
              exits: {else: hangup}
          sales:
            - say: Sales will call you back.
          support:
            - say: Our technicians will call you back.
        """,
    ),
    (
        "unannounced-key",
        """
        sections:
          main:
            - answer
            - menu:
                prompt: Press 1 for sales.
                keys:
                  1: sales
                  2: support  # here
              exits: {else: hangup}
          sales:
            - say: Sales will call you back.
          support:
            - say: Our technicians will call you back.
        """,
        """
        sections:
          main:
            - answer
            - menu:
                prompt: How can we help you?
                keys:
                  1: {say: For sales, to: sales}
                  2: {say: For support, to: support}
                  9: again
              exits: {else: hangup}
          sales:
            - say: Sales will call you back.
          support:
            - say: Our technicians will call you back.
        """,
    ),
    (
        "retry-announces-other",
        """
        sections:
          main:
            - answer
            - menu:
                prompt: Press 1 for sales.
                keys: {1: sales, "[2-3]": support}
                no_match: Please press 1 or 2.  # here
              exits: {else: hangup}
          sales:
            - say: Sales will call you back.
          support:
            - say: Our technicians will call you back.
        """,
        """
        sections:
          main:
            - answer
            - menu:
                prompt: Press 1 for sales or 2 for support.
                keys: {1: sales, 2: support}
                no_match: Please press 1 or 2.
              exits: {else: hangup}
          sales:
            - say: Sales will call you back.
          support:
            - say: Our technicians will call you back.
        """,
    ),
    (
        "unheard-retry",
        """
        sections:
          main:
            - answer
            - menu:
                prompt: How can we help you?
                keys:
                  1: {say: For sales, to: sales}
                attempts: 2
                no_input:
                  - Are you still there?
                  - We cannot hear you.  # here
              exits: {else: hangup}
          sales:
            - say: Sales will call you back.
        """,
        """
        sections:
          main:
            - answer
            - menu:
                prompt: How can we help you?
                keys:
                  1: {say: For sales, to: sales}
                attempts: 3
                no_input:
                  - Are you still there?
                  - We cannot hear you.
              exits: {else: hangup}
          sales:
            - say: Sales will call you back.
        """,
    ),
    (
        "crossed-timers",
        """
        variables: {account: digits}
        sections:
          main:
            - answer
            - collect:
                into: account
                prompt: Enter your account number.
                digits: 6-12
                between_digits: 8s  # here
              exits: {else: hangup}
            - say: Thank you.
        """,
        """
        variables: {account: digits}
        sections:
          main:
            - answer
            - collect:
                into: account
                prompt: Enter your account number.
                digits: 6-12
                first_digit: 10s
                between_digits: 8s
              exits: {else: hangup}
            - say: Thank you.
        """,
    ),
    (
        "unused",
        """
        variables:
          account: digits
          customer: text  # here
        sections:
          main:
            - answer
            - collect: {into: account, prompt: Enter your account number., digits: 6}
              exits: {else: hangup}
            - say: Thank you.
        """,
        """
        variables:
          account: digits
        sections:
          main:
            - answer
            - collect: {into: account, prompt: Enter your account number., digits: 6}
              exits: {else: hangup}
            - say: Thank you.
        """,
    ),
    (
        "unused",
        """
        params:
          question: text
          title: text  # here
        sections:
          main:
            - say: "{{ question }}"
        """,
        """
        params:
          question: text
        sections:
          main:
            - say: "{{ question }}"
        """,
    ),
    (
        "same-either-way",
        """
        sections:
          main:
            - answer
            - menu:  # here
                prompt: Press 1 if you are a customer.
                keys: {1: welcome}
              exits: {no_input: welcome, no_match: welcome}
          welcome:
            - say: Welcome.
        """,
        """
        sections:
          main:
            - answer
            - menu:
                prompt: Press 1 if you are a customer.
                keys: {1: welcome}
              exits: {no_input: others, no_match: others}
          welcome:
            - say: Welcome.
          others:
            - say: Please call our other number.
        """,
    ),
    (
        "same-either-way",
        """
        variables: {vip: {type: flag, default: false}}
        sections:
          main:
            - if: vip  # here
              then: welcome
            - goto: welcome
          welcome:
            - say: Welcome.
        """,
        """
        variables: {vip: {type: flag, default: false}}
        sections:
          main:
            - if: vip
              then: welcome
            - say: You are new here.
            - goto: welcome
          welcome:
            - say: Welcome.
        """,
    ),
    (
        "silent-end",
        """
        variables: {account: digits}
        sections:
          main:
            - answer
            - collect: {into: account, prompt: Enter your account number., digits: 6}
              exits: {else: hangup}
            - log: "account {{ account }}"
            - hangup  # here
        """,
        """
        variables: {account: digits}
        sections:
          main:
            - answer
            - collect: {into: account, prompt: Enter your account number., digits: 6}
              exits: {else: hangup}
            - log: "account {{ account }}"
            - say: Thank you. Goodbye.
            - hangup
        """,
    ),
    (
        "no-way-out",
        """
        sections:
          main:
            - answer
            - goto: top
          top:
            - menu:  # here
                prompt: How can we help you?
                keys:
                  1: {say: For sales, to: sales}
              exits: {no_input: top, no_match: sales}
          sales:
            - say: Sales will call you back.
        """,
        """
        sections:
          main:
            - answer
            - goto: top
          top:
            - menu:
                prompt: How can we help you?
                keys:
                  1: {say: For sales, to: sales}
              exits: {no_input: silence, no_match: sales}
          silence:
            - if: visit > 2
              then: hangup
            - goto: top
          sales:
            - say: Sales will call you back.
        """,
    ),
    (
        "unbounded-guessing",
        """
        variables: {pin: secret}
        data: {pins: {"2580": true}}
        sections:
          main:
            - answer
            - collect:  # here
                into: pin
                prompt: Enter your code.
                digits: 4
                check: pin in pins
              exits: {no_input: hangup, no_match: failed}
            - say: Welcome.
          failed:
            - say: We do not know this code.
            - goto: main
        """,
        """
        variables: {pin: secret}
        data: {pins: {"2580": true}}
        sections:
          main:
            - answer
            - collect:
                into: pin
                prompt: Enter your code.
                digits: 4
                check: pin in pins
              exits: {no_input: hangup, no_match: failed}
            - say: Welcome.
          failed:
            - if: visit > 2
              then: hangup
            - say: We do not know this code.
            - goto: main
        """,
    ),
    (
        "digits-differ",
        """
        variables: {card: digits}
        sections:
          main:
            - answer
            - collect:
                into: card
                prompt: Enter your 14 digit card number.  # here
                digits: 16
              exits: {else: hangup}
            - say: Thank you.
        """,
        """
        variables: {card: digits}
        sections:
          main:
            - answer
            - collect:
                into: card
                prompt: Enter the last four digits of your 16-digit card number.
                digits: 4
              exits: {else: hangup}
            - say: Thank you.
        """,
    ),
    (
        "long-prompt",
        """
        sections:
          main:
            - answer
            - menu:
                prompt:
                  - >-
                    Welcome to Acme, the company that has made everything you may ever need since
                    the year in which it was founded. Did you know that you can now order all that
                    we have by letter, by telephone and in each of our two hundred shops, which are
                    open from early in the morning until late at night on every day of the week?
                    Please note that calls may be recorded, which helps us all to
                    become better every day.
                  - If you have visited one of our shops today, tell us how you found it.  # here
                  - Press 1 for sales.
                keys: {1: sales}
              exits: {else: hangup}
          sales:
            - say: Sales will call you back.
        """,
        """
        sections:
          main:
            - answer
            - menu:
                prompt: Welcome to Acme. Press 1 for sales.
                keys: {1: sales}
              exits: {else: hangup}
          sales:
            - say: Sales will call you back.
        """,
    ),
    (
        "unconfirmed-delete",
        """
        sections:
          main:
            - answer
            - menu:
                prompt: What about your order?
                keys:
                  1: {say: To hear it, to: order}
                  2: {say: To delete it, to: deleted}  # here
                  3: {say: To leave, to: hangup}
              exits: {else: hangup}
          order:
            - say: It is on its way.
          deleted:
            - forget: "order:{{ call.from }}"
            - say: It is deleted.
        """,
        """
        sections:
          main:
            - answer
            - menu:
                prompt: What about your order?
                keys:
                  1: {say: To hear it, to: order}
                  2: {say: To delete it, to: sure}
                  3: {say: To leave, to: hangup}
              exits: {else: hangup}
          order:
            - say: It is on its way.
          sure:
            - menu:
                prompt: Are you sure?
                keys:
                  1: {say: To delete it, to: deleted}
                  2: {say: To keep it, to: main}
              exits: {else: hangup}
          deleted:
            - forget: "order:{{ call.from }}"
            - say: It is deleted.
        """,
    ),
    (
        "never-holds",
        """
        variables: {choice: text}
        sections:
          main:
            - answer
            - menu:
                prompt: How can we help you?
                into: choice
                keys:
                  1: {label: sales, say: For sales, to: next}
                  2: {label: support, say: For support, to: next}
              exits: {else: hangup}
            - if: choice == 'sale'  # here
              then:
                - say: Sales will call you back.
        """,
        """
        variables: {choice: text}
        sections:
          main:
            - answer
            - menu:
                prompt: How can we help you?
                into: choice
                keys:
                  1: {label: sales, say: For sales, to: next}
                  2: {label: support, say: For support, to: next}
              exits: {else: hangup}
            - if: choice == 'sales'
              then:
                - say: Sales will call you back.
        """,
    ),
    (
        "perhaps-unset",
        """
        variables: {tries: number}
        sections:
          main:
            - answer
            - set: {tries: "{{ tries + 1 }}"}  # here
            - say: Thank you.
        """,
        """
        variables: {tries: {type: number, default: 0}}
        sections:
          main:
            - answer
            - set: {tries: "{{ tries + 1 }}"}
            - say: Thank you.
        """,
    ),
    (
        "allow-without-reason",
        """
        variables:
          account: digits  # allow unused  # here
        sections:
          main:
            - say: Hello.
        """,
        """
        variables:
          account: digits  # allow unused: the next version reads it
        sections:
          main:
            - say: Hello.
        """,
    ),
    (
        "allow-unknown",
        """
        variables:
          account: digits
        sections:
          main:
            # allow unsued: the next version reads it  # here
            - say: "{{ default(account, 'none') }}"
        """,
        """
        variables:
          # allow unused: the next version reads it
          account: digits
        sections:
          main:
            - say: Hello.
        """,
    ),
    (
        "allow-nothing",
        """
        variables:
          account: digits  # allow unused: the next version reads it  # here
        sections:
          main:
            - say: "{{ default(account, 'none') }}"
        """,
        """
        variables:
          account: digits
        sections:
          main:
            - say: "{{ default(account, 'none') }}"
        """,
    ),
    (
        "write-meanwhile",
        """
        on_error: hangup
        variables: {account: {type: digits, default: "100200"}}
        sections:
          main:
            - answer
            - wait:
                for: 30s
                meanwhile:
                  - database:  # here
                      source: crm
                      execute: update accounts set visits = visits + 1 where number = :account
                    exits: {unknown: next}
                  - say: Please hold the line.
        """,
        """
        on_error: hangup
        variables: {account: {type: digits, default: "100200"}}
        sections:
          main:
            - answer
            - database:
                source: crm
                execute: update accounts set visits = visits + 1 where number = :account
              exits: {unknown: next}
            - wait:
                for: 30s
                meanwhile:
                  - say: Please hold the line.
        """,
    ),
    (
        "unknown-write",
        """
        on_error: hangup
        variables: {account: {type: digits, default: "100200"}}
        sections:
          main:
            - answer
            - database:  # here
                source: crm
                execute: update accounts set visits = visits + 1 where number = :account
            - say: Thank you.
        """,
        """
        on_error: hangup
        variables: {account: {type: digits, default: "100200"}}
        sections:
          main:
            - answer
            - database:
                source: crm
                execute: update accounts set visits = visits + 1 where number = :account
              exits: {unknown: perhaps}
            - say: Thank you.
          perhaps:
            - say: We cannot tell whether that was done. A colleague will look after it.
        """,
    ),
    (
        "no-way-on",
        """
        exits: {not_found: hangup}
        variables: {account: {type: digits, default: "100200"}, name: text}
        sections:
          main:
            - answer
            - database:  # here
                source: crm
                query: select name from accounts where number = :account
                take: value
                into: name
            - say: "Hello {{ name }}."
        """,
        """
        exits: {not_found: hangup}
        on_error: sorry
        variables: {account: {type: digits, default: "100200"}, name: text}
        sections:
          main:
            - answer
            - database:
                source: crm
                query: select name from accounts where number = :account
                take: value
                into: name
            - say: "Hello {{ name }}."
          sorry:
            - say: We cannot look that up now. Please call again in an hour.
        """,
    ),
    (
        "lookup-leaves",
        """
        on_error: hangup
        variables: {account: digits, name: text}
        sections:
          main:
            - answer
            - collect:
                into: account
                prompt: Please enter your account number.
                digits: 6
                check:
                  - database:
                      source: crm
                      query: select name from accounts where number = :account
                      take: value
                      into: name
                    exits: {not_found: hangup}  # here
              exits: {else: hangup}
            - say: "Hello {{ name }}."
        """,
        """
        on_error: hangup
        variables: {account: digits, name: text}
        sections:
          main:
            - answer
            - collect:
                into: account
                prompt: Please enter your account number.
                digits: 6
                check:
                  - database:
                      source: crm
                      query: select name from accounts where number = :account
                      take: value
                      into: name
                    exits: {not_found: wrong}
                no_match: I could not find that account.
              exits: {else: hangup}
            - say: "Hello {{ name }}."
        """,
    ),
    (
        "silent-wait",
        """
        on_error: hangup
        variables: {account: {type: digits, default: "100200"}, name: text}
        sections:
          main:
            - answer
            - database:
                source: crm
                query: select name from accounts where number = :account
                take: value
                into: name
                timeout: 10s  # here
              exits: {not_found: hangup}
            - say: "Hello {{ name }}."
        """,
        """
        on_error: hangup
        variables: {account: {type: digits, default: "100200"}, name: text}
        sections:
          main:
            - answer
            - database:
                source: crm
                query: select name from accounts where number = :account
                take: value
                into: name
                timeout: 10s
                meanwhile: {after: 2s, do: [say: One moment please.]}
              exits: {not_found: hangup}
            - say: "Hello {{ name }}."
        """,
    ),
    (
        "name-as-value",
        """
        variables: {account: {type: digits, default: "100200"}}
        on_end: keep
        sections:
          main:
            - answer
            - say: "Your account is {{ account }}. We will call you back."
          keep:
            - remember: {key: call-back, value: account, keep: 7d}  # here
        """,
        """
        variables: {account: {type: digits, default: "100200"}}
        on_end: keep
        sections:
          main:
            - answer
            - say: "Your account is {{ account }}. We will call you back."
          keep:
            - remember: {key: call-back, value: "{{ account }}", keep: 7d}
        """,
    ),
    (
        "nothing-to-understand",
        """
        sections:
          main:
            - answer
            - listen:  # here
                prompt: What can we do for you?
              exits: {else: hangup}
        """,
        """
        variables: {topic: text}
        sections:
          main:
            - answer
            - listen:
                prompt: Is it about billing or about support?
                choices: [billing, support]
                into: topic
              exits: {else: hangup}
            - log: "{{ topic }}"
        """,
    ),
    (
        "same-phrase",
        """
        variables: {topic: text}
        sections:
          main:
            - answer
            - listen:
                prompt: Is it about a bill or about a repair?
                choices:
                  billing: [billing, my order]
                  repairs: [repairs, my order]  # here
                into: topic
              exits: {else: hangup}
            - log: "{{ topic }}"
        """,
        """
        variables: {topic: text}
        sections:
          main:
            - answer
            - listen:
                prompt: Is it about a bill or about a repair?
                choices:
                  billing: [billing, my order]
                  repairs: [repairs, a technician]
                into: topic
              exits: {else: hangup}
            - log: "{{ topic }}"
        """,
    ),
    (
        "short-answer",
        """
        variables: {topic: text}
        sections:
          main:
            - answer
            - listen:
                prompt: Is it about billing or about support?
                choices: [billing, support]
                into: topic
                longest: 500ms  # here
              exits: {else: hangup}
            - log: "{{ topic }}"
        """,
        """
        variables: {topic: text}
        sections:
          main:
            - answer
            - listen:
                prompt: Is it about billing or about support?
                choices: [billing, support]
                into: topic
                longest: 5s
              exits: {else: hangup}
            - log: "{{ topic }}"
        """,
    ),
]
